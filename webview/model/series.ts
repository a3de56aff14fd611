import { toNumber } from '../../src/core/run/numbers.ts';
import type { RecordedNumber } from '../../src/core/run/record.ts';
import type { ObservedStep } from '../../src/core/run/run.ts';

/** Something that was observed at a step: the step itself, or a window that ends there. */
export interface Observed {
  readonly step: number;
}

/** One figure of an observed step; null or undefined where it was not measured. */
export interface Pick<T extends Observed = ObservedStep> {
  /** Its name, by which what is known of it is kept. */
  readonly key: string;
  readonly of: (step: T) => RecordedNumber | null | undefined;
}

/**
 * Figures over the observed steps. A record only grows, so what was worked out is kept beside the list of steps and goes on
 * where it stopped: a drawing costs what came since the last one, however long the run.
 */
export interface Series {
  /** One per step; null where it was not measured. */
  readonly values: readonly (number | null)[];
  /** How many of them are NaN or infinite. */
  readonly notFinite: number;
  /** How many of them are finite, and 0 or less. */
  readonly notPositive: number;
}

interface Grown {
  readonly values: (number | null)[];
  notFinite: number;
  notPositive: number;
}

interface Known {
  readonly numbers: number[];
  readonly series: Map<string, Grown>;
  /** Index of the first step that measured a figure, -1 while none did; how many steps were looked at. */
  readonly firsts: Map<string, { index: number; looked: number }>;
}

const knownOf = new WeakMap<readonly Observed[], Known>();

function known(steps: readonly Observed[]): Known {
  const there = knownOf.get(steps);
  if (there !== undefined) {
    return there;
  }
  const fresh: Known = { numbers: [], series: new Map(), firsts: new Map() };
  knownOf.set(steps, fresh);
  return fresh;
}

/** The steps' numbers. */
export function stepNumbers(steps: readonly Observed[]): readonly number[] {
  const { numbers } = known(steps);
  for (let i = numbers.length; i < steps.length; i++) {
    numbers.push(steps[i]?.step ?? NaN);
  }
  return numbers;
}

/** A figure over all observed steps. */
export function seriesOf<T extends Observed>(steps: readonly T[], pick: Pick<T>): Series {
  const { series } = known(steps);
  const grown = series.get(pick.key) ?? { values: [], notFinite: 0, notPositive: 0 };
  series.set(pick.key, grown);
  for (const step of steps.slice(grown.values.length)) {
    const recorded = pick.of(step);
    append(grown, recorded === null || recorded === undefined ? null : toNumber(recorded));
  }
  return grown;
}

/** Figures that were worked out elsewhere. */
export function seriesFrom(values: readonly (number | null)[]): Series {
  const series: Grown = { values: [], notFinite: 0, notPositive: 0 };
  values.forEach((value) => append(series, value));
  return series;
}

function append(series: Grown, value: number | null): void {
  series.values.push(value);
  series.notFinite += value !== null && !Number.isFinite(value) ? 1 : 0;
  series.notPositive += value !== null && Number.isFinite(value) && value <= 0 ? 1 : 0;
}

/** Index of the first step that measured a figure; -1 where none did. */
export function firstMeasured<T extends Observed>(steps: readonly T[], pick: Pick<T>): number {
  const { firsts } = known(steps);
  const first = firsts.get(pick.key) ?? { index: -1, looked: 0 };
  firsts.set(pick.key, first);
  for (; first.index === -1 && first.looked < steps.length; first.looked++) {
    const step = steps[first.looked];
    const value = step === undefined ? null : pick.of(step);
    if (value !== null && value !== undefined) {
      first.index = first.looked;
    }
  }
  return first.index;
}
