import { formatNumber } from '../../src/core/report/format.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import type { RecordedNumber } from '../../src/core/run/record.ts';
import type { ShownEvidence, ShownLine } from '../../src/protocol/shownFindings.ts';
import type { Line } from '../chart/plot.ts';
import type { ShownTerm } from './scene.ts';
import { seriesFrom } from './series.ts';

/** `99.8 %`, `0.25`, `40 steps`. */
export function figure(value: RecordedNumber, unit: string): string {
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** Where a number, its interval and its threshold lie on a short axis; parts of it from 0 to 1. */
export interface Gauge {
  /** `bar`: a part of a whole, from 0 on. `dot`: a place on a scale that shows what is needed and no more. */
  readonly kind: 'bar' | 'dot';
  readonly value: number;
  readonly interval: readonly [low: number, high: number] | null;
  readonly threshold: number | null;
}

/** Room on both sides of what a dot's axis has to show. */
const ROOM = 0.12;

/** Null where there is nothing to compare the number with, and so nothing to draw. */
export function gaugeOf({ value, unit, interval, threshold }: ShownEvidence): Gauge | null {
  const at = toNumber(value);
  const ends = interval?.map(toNumber) ?? [];
  const limit = threshold === null ? [] : [toNumber(threshold)];
  const all = [at, ...ends, ...limit];
  if (!all.every(Number.isFinite) || (unit !== '%' && all.length === 1)) {
    return null;
  }
  const bar = unit === '%' && all.every((each) => each >= 0);
  const [least, most] = bar ? [0, Math.max(100, ...all)] : [Math.min(...all), Math.max(...all)];
  const room = bar ? 0 : (most - least) * ROOM || Math.abs(most) || 1;
  const part = (number: number): number => (number - least + room) / (most - least + 2 * room);
  const [low, high] = ends;
  return {
    kind: bar ? 'bar' : 'dot',
    value: part(at),
    interval: low === undefined || high === undefined ? null : [part(low), part(high)],
    threshold: limit[0] === undefined ? null : part(limit[0]),
  };
}

/** The task that a number or a line is of, told by its name: it has the task's colour. */
export function taskIn(name: string, terms: readonly ShownTerm[]): ShownTerm | null {
  const named = terms.filter(
    (term) => name === term.name || [`'`, '’', ' ', ':'].some((next) => name.startsWith(term.name + next)),
  );
  // The longest: one task's name may begin with another's.
  return named.sort((a, b) => b.name.length - a.name.length)[0] ?? null;
}

/** Lines that end this far apart are drawn on a log axis. */
const FAR = 30;

export interface SmallChart {
  readonly steps: readonly number[];
  readonly lines: readonly Line[];
  readonly scale: 'log' | 'linear';
}

/** The lines behind a number over their common steps; null where there are none. */
export function smallChart({ series, unit }: ShownEvidence, terms: readonly ShownTerm[]): SmallChart | null {
  const drawn = series.filter(({ points }) => points.length > 1);
  if (drawn.length === 0) {
    return null;
  }
  const steps = [...new Set(drawn.flatMap(({ points }) => points.map(({ step }) => step)))].sort((a, b) => a - b);
  const lines = drawn.map((line, i): Line => {
    const values = valuesAt(line, steps);
    const last = values.findLast((value) => value !== null) ?? null;
    return {
      key: `${i} ${line.name}`,
      name: line.name,
      style: taskIn(line.name, terms)?.style ?? (drawn.length === 1 ? null : i),
      series: seriesFrom(values),
      figure: last === null ? '' : figure(last, unit),
    };
  });
  const numbers = lines.flatMap(({ series: { values } }) => values.filter((value) => value !== null));
  const finite = numbers.filter(Number.isFinite);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  return { steps, lines, scale: least > 0 && most / least >= FAR ? 'log' : 'linear' };
}

function valuesAt({ points }: ShownLine, steps: readonly number[]): (number | null)[] {
  const at = new Map(points.map(({ step, value }) => [step, toNumber(value)]));
  return steps.map((step) => at.get(step) ?? null);
}
