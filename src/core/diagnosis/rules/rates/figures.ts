import { formatNumber } from '../../../report/format.ts';
import { median } from '../../../run/numbers.ts';
import type { Point } from '../../../run/run.ts';
import type { Evidence } from '../../finding.ts';

/** The middle of a figure over looks. */
export interface Middle {
  readonly median: number;
  /** 95 % interval of the median, from the order of the values alone; it needs no distribution. */
  readonly interval: readonly [low: number, high: number];
  readonly steps: { readonly from: number; readonly to: number; readonly count: number };
}

/** Half of a normal distribution's 95 % interval, in standard deviations. */
const Z = 1.96;

/** Null of nothing. What is no number counts as infinitely large. */
export function middleOf(points: readonly Point[]): Middle | null {
  const [first, last] = [points[0], points.at(-1)];
  const sorted = points.map(({ value }) => (Number.isNaN(value) ? Infinity : value)).sort((a, b) => a - b);
  const middle = median(sorted);
  if (first === undefined || last === undefined || middle === null) {
    return null;
  }
  const n = sorted.length;
  const half = (Z / 2) * Math.sqrt(n);
  const at = (rank: number): number => sorted[Math.min(n - 1, Math.max(0, rank))] ?? NaN;
  return {
    median: middle,
    interval: [at(Math.floor(n / 2 - half) - 1), at(Math.ceil(n / 2 + half))],
    steps: { from: first.step, to: last.step, count: n },
  };
}

/** Those of the second half of the run. */
export function laterPart(points: readonly Point[], stepsDone: number): readonly Point[] {
  return points.filter(({ step }) => step > stepsDone / 2);
}

/** The largest median of three on end: one look alone may be an accident. What is no finite number is left out. */
export function peakOf(all: readonly Point[]): Middle | null {
  const points = all.filter(({ value }) => Number.isFinite(value));
  const runs = points.length < 3 ? [points] : points.slice(2).map((_, i) => points.slice(i, i + 3));
  return runs.reduce<Middle | null>((most, run) => {
    const middle = middleOf(run);
    return middle !== null && (most === null || middle.median > most.median) ? middle : most;
  }, null);
}

/** A figure of looks as evidence. @param scale 100 for percent */
export function evidenceOf(
  name: string,
  { median: value, interval, steps }: Middle,
  unit = '',
  series: NonNullable<Evidence['series']> = [],
  scale = 1,
): Evidence {
  const recorded = (number: number) => rounded(number * scale);
  return {
    name,
    value: recorded(value),
    unit,
    interval: [recorded(interval[0]), recorded(interval[1])],
    steps,
    ...(series.length === 0 ? {} : { series }),
  };
}

function rounded(value: number): number | 'Infinity' | 'NaN' {
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : 'Infinity';
}

/** A factor that can be remembered: one digit, or two below 3. */
export function roundFactor(factor: number): number {
  return Number(factor.toPrecision(factor / 10 ** Math.floor(Math.log10(factor)) < 3 ? 2 : 1));
}

export function formatFactor(factor: number): string {
  return factor >= 1 ? formatNumber(roundFactor(factor)) : `1/${formatNumber(roundFactor(1 / factor))}`;
}
