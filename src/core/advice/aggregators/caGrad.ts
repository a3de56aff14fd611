import { stateless, type Aggregator } from './aggregator.ts';
import { product, square, timesVector, type Matrix } from './algebra/matrix.ts';
import { nearestToOrigin } from './algebra/nearestPoint.ts';

export interface CaGradOptions {
  /** How far, as a fraction of the mean gradient's length, the step may lie from the mean gradient: at least 0, below 1. Default 0.4. */
  readonly c?: number;
}

const HALVINGS = 60;

/**
 * CAGrad: of all steps within c |g0| of the mean gradient g0, the one by which the task that gains least gains most. With c below 1
 * it comes to rest where the mean loss does, and may make a task worse on the way.
 */
export function caGrad({ c = 0.4 }: CaGradOptions = {}): Aggregator {
  return stateless(
    {
      name: 'caGrad',
      title: 'CAGrad',
      paper: 'Liu et al., Conflict-Averse Gradient Descent for Multi-task Learning, NeurIPS 2021',
    },
    (gram) => caGradWeights(gram, c),
  );
}

/**
 * d = g0 + k g_w / |g_w| with k = c |g0|, where w >= 0 of sum 1 makes <g_w, g0> + k |g_w| smallest. Since |g_w| is the least of
 * (|g_w|^2 / r + r) / 2 over r, w and r are sought together, a convex problem: for each r, w is the point of a shifted hull
 * that is nearest to the origin, and the best r is found by halving.
 */
function caGradWeights(gram: Matrix, c: number): number[] {
  const mean = gram.map(() => 1 / gram.length);
  const alongMean = timesVector(gram, mean);
  const meanSquared = product(mean, gram, mean);
  const k = c * Math.sqrt(Math.max(0, meanSquared));
  const longest = Math.sqrt(Math.max(...gram.map((row, i) => row[i] ?? 0)));
  if (k <= 1e-14 * longest) {
    return mean;
  }
  const at = (r: number): { w: number[]; length: number } => {
    const shift = r / k;
    const shifted = square(
      gram.length,
      (i, j) => (gram[i]?.[j] ?? 0) + shift * ((alongMean[i] ?? 0) + (alongMean[j] ?? 0)) + shift * shift * meanSquared,
    );
    const w = nearestToOrigin(shifted);
    return { w, length: Math.sqrt(Math.max(0, product(w, gram, w))) };
  };
  let [low, high] = [0, longest];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (at(middle).length > middle) {
      low = middle;
    } else {
      high = middle;
    }
  }
  const { w, length } = at((low + high) / 2);
  // Only where c is 1 or more: then to stay is within reach, and best.
  return length <= 1e-9 * longest ? mean.map(() => 0) : w.map((value, i) => (mean[i] ?? 0) + (k / length) * value);
}
