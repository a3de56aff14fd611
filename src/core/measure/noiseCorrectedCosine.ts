import { toNumber } from '../run/numbers.ts';
import type { HalvesLine } from '../run/windowLine.ts';
import { normalCdf, normalQuantile, studentQuantile } from './quantiles.ts';

/** Fewer steps say nothing of their own spread. */
export const FEWEST_STEPS = 10;

/** The interval holds the true value in this fraction of cases; a self-product must stand above 0 with as much certainty. */
export const CONFIDENCE = 0.95;

/** A batch is named at which a task's self-product would stand this many standard errors above 0: found in 9 of 10 cases. */
const ENOUGH = normalQuantile(0.975) + normalQuantile(0.9);

/** The batch that is named is enough with this probability, for all that the steps tell. */
const CARE = 0.75;

/** The cosine between the true gradients of two tasks, as far as the steps' noise lets it be known. */
export type CorrectedCosine =
  | {
      readonly verdict: 'measured';
      /** In [-1, 1]. */
      readonly cosine: number;
      /** 95 % interval, cut off at -1 and 1. */
      readonly low: number;
      readonly high: number;
    }
  | { readonly verdict: 'tooFewSteps' }
  | {
      readonly verdict: 'notMeasurable';
      /** Rows that a batch needs, for as many steps as these. */
      readonly batch: number;
      /** The task whose gradient does not stand out of its noise; where neither does, the weaker one. */
      readonly weak: 0 | 1;
    };

/** What the halves of one step say of two tasks. */
export interface HalvesProducts {
  /** <g_i^a, g_i^b> and <g_j^a, g_j^b>. */
  readonly first: number;
  readonly second: number;
  /** (<g_i^a, g_j^b> + <g_j^a, g_i^b>) / 2. */
  readonly between: number;
}

/** Two tasks' products in one group at every step that has them, in the order of `lines`; steps with a value that is no number are left out. */
export function halvesProducts(
  lines: readonly HalvesLine[],
  group: string,
  task: string,
  other: string,
): (HalvesProducts & Pick<HalvesLine, 'step' | 'rows' | 'independent'>)[] {
  return lines.flatMap(({ groups, step, rows, independent }) => {
    const measure = groups[group];
    const [i, j] = [measure?.terms.indexOf(task) ?? -1, measure?.terms.indexOf(other) ?? -1];
    if (measure === undefined || i < 0 || j < 0) {
      return [];
    }
    const at = (row: number, column: number): number =>
      toNumber(measure.cross[row * measure.terms.length + column] ?? 'NaN');
    const [first, second, between] = [at(i, i), at(j, j), (at(i, j) + at(j, i)) / 2];
    return [first, second, between].every(Number.isFinite) ? [{ first, second, between, step, rows, independent }] : [];
  });
}

/**
 * The cosine between the true gradients of two tasks from half-batches: the mean over steps of <g_i^a, g_j^b>, over the root of
 * the means of <g_i^a, g_i^b> and <g_j^a, g_j^b>. The noise of the halves is independent, so it falls out of each mean; a mean of
 * the steps' own ratios would keep it.
 *
 * The interval is Fieller's (1954, "Some problems in interval estimation"), for the ratio of two means that have errors of their
 * own: all c for which the steps' between - c (first / r + r second) / 2 has a mean that is not told from 0, with r the root of
 * the ratio of both self-products. Where the denominator is not told from 0, no interval is finite: the cosine is not
 * measurable.
 *
 * Where noise is the larger part, a self-product's mean over standard error grows in proportion to the batch. The true one
 * is at least 0: given that and what was measured, `batch` is enough with a probability of 3/4. Nothing beside the products
 * is needed for it: their own spread holds the noise.
 *
 * @param rows Samples in a whole batch.
 */
export function correctedCosine(steps: readonly HalvesProducts[], rows: number): CorrectedCosine {
  if (steps.length < FEWEST_STEPS) {
    return { verdict: 'tooFewSteps' };
  }
  const limit = studentQuantile((1 + CONFIDENCE) / 2, steps.length - 1);
  const [first, second] = [mean(steps.map((step) => step.first)), mean(steps.map((step) => step.second))];
  const clear = [
    overError(
      first,
      steps.map((step) => step.first),
    ),
    overError(
      second,
      steps.map((step) => step.second),
    ),
  ] as const;
  const weak = clear[0] <= clear[1] ? 0 : 1;
  if (!(clear[weak] > limit)) {
    return { verdict: 'notMeasurable', batch: enoughRows(rows, clear[weak]), weak };
  }
  const ratio = Math.sqrt(first / second);
  const betweens = steps.map(({ between }) => between);
  const selves = steps.map((step) => (step.first / ratio + ratio * step.second) / 2);
  const interval = fieller(betweens, selves, limit);
  if (interval === null) {
    return { verdict: 'notMeasurable', batch: enoughRows(rows, overError(mean(selves), selves)), weak };
  }
  return {
    verdict: 'measured',
    cosine: inRange(mean(betweens) / mean(selves)),
    low: inRange(interval[0]),
    high: inRange(interval[1]),
  };
}

/** The interval for mean(tops) / mean(bottoms); null where it is not finite. */
function fieller(tops: readonly number[], bottoms: readonly number[], limit: number): [number, number] | null {
  const [top, bottom] = [mean(tops), mean(bottoms)];
  const squared = limit * limit;
  const a = bottom * bottom - squared * covariance(bottoms, bottoms);
  const b = top * bottom - squared * covariance(tops, bottoms);
  const c = top * top - squared * covariance(tops, tops);
  if (!(a > 0)) {
    return null;
  }
  const root = Math.sqrt(Math.max(0, b * b - a * c));
  return [(b - root) / a, (b + root) / a];
}

/**
 * The lower quartile of what the true ratio of mean to standard error can be, given the measured one, and that no true
 * self-product is below 0; then the batch that makes it large enough.
 */
function enoughRows(rows: number, measured: number): number {
  // Far below 0 the formula has no digits left, and says the same: a great many.
  const ratio = Math.max(measured, -3);
  const below = normalCdf(-ratio);
  const careful = ratio + normalQuantile(below + (1 - CARE) * (1 - below));
  return Math.ceil((rows * ENOUGH) / careful);
}

function overError(average: number, values: readonly number[]): number {
  const error = Math.sqrt(covariance(values, values));
  // All steps alike: the sign is all there is to know.
  return error === 0 ? Math.sign(average) * Infinity || 0 : average / error;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of two means over the same steps. */
function covariance(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const sum = a.reduce((total, value, k) => total + (value - meanA) * ((b[k] ?? 0) - meanB), 0);
  return sum / (a.length - 1) / a.length;
}

function inRange(cosine: number): number {
  return Math.max(-1, Math.min(1, cosine));
}
