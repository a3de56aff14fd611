import { median } from '../run/numbers.ts';
import { studentQuantile } from './quantiles.ts';

/** A figure of a series, with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The values of a series lean on their neighbours; means over this many stretches hardly do. */
export const STRETCHES = 10;

/** Fewer stretches give no interval worth its name. */
const FEWEST = 5;

/** Equal parts of a series, in its order; as many parts as values where there are fewer. */
export function partsOf<T>(values: readonly T[], count: number): T[][] {
  const many = Math.min(count, values.length);
  return Array.from({ length: many }, (_, k) =>
    values.slice(Math.floor((k * values.length) / many), Math.floor(((k + 1) * values.length) / many)),
  );
}

/**
 * The middle value of a series with a 95 % interval: by Student's t from the medians over ten equal stretches ("batch means", A. M.
 * Law, Simulation Modeling and Analysis, chapter 9), since values at neighbouring steps are no independent samples. Single wild
 * values, as of a share whose denominator came near to 0, do not move it.
 * @param values In the order of time, finite
 * @returns null with fewer than five values
 */
export function middleOfSeries(values: readonly number[]): Estimate | null {
  return estimate(partsOf(values, STRETCHES).map((part) => median(part) ?? NaN));
}

/** The same of the mean, by the stretches' means. */
export function meanOfSeries(values: readonly number[]): Estimate | null {
  return estimate(partsOf(values, STRETCHES).map(mean));
}

/** The middle of positive values, on the scale of their logarithms: for ratios and norms. */
export function middleRatio(values: readonly number[]): Estimate | null {
  const found = middleOfSeries(values.map(Math.log));
  return found === null ? null : { value: Math.exp(found.value), low: Math.exp(found.low), high: Math.exp(found.high) };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard error of the mean of independent values. */
export function standardError(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1) / values.length);
}

function estimate(values: readonly number[]): Estimate | null {
  if (values.length < FEWEST || !values.every(Number.isFinite)) {
    return null;
  }
  const value = mean(values);
  const width = studentQuantile(0.975, values.length - 1) * standardError(values);
  return { value, low: value - width, high: value + width };
}
