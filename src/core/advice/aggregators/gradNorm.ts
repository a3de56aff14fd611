import { adamStep } from './adam.ts';
import type { Aggregator } from './aggregator.ts';
import { norms, sum } from './algebra/matrix.ts';

export interface GradNormOptions {
  /** How much more a task that learns slowly may pull; 0: all pull equally. Default 1.5. */
  readonly alpha?: number;
  /** Of Adam, for the weights. Default 1e-3; 1e-2 is known to let weights collapse. */
  readonly learningRate?: number;
}

/** Below this, over the mean, the weight of a task no longer counts: it gets no gradient to speak of until it is back. */
export const COLLAPSED = 1e-3;

/**
 * GradNorm: weights are trained so that the norm of each task's weighted gradient comes near the mean norm times r^alpha, with r
 * the task's loss over its first one, over the mean of that. One step of Adam on sum |w_i |g_i| - target_i|, the targets held
 * constant; then the weights are scaled to sum T. State: weights, first losses, two moments per task, the number of steps.
 *
 * A task without gradient, and any step that is not finite, leaves its weight as it is. No weight turns negative: the smallest
 * is 1e-6.
 */
export function gradNorm({ alpha = 1.5, learningRate = 1e-3 }: GradNormOptions = {}): Aggregator {
  return {
    name: 'gradNorm',
    title: 'GradNorm',
    paper: 'Chen et al., GradNorm: Gradient Normalization for Adaptive Loss Balancing, ICML 2018',
    needs: 'both',
    // The mean weight is 1, and Adam moves one by about its rate a step.
    sinking: COLLAPSED + 2 * learningRate,
    start: (tasks) => Array.from({ length: 4 * tasks + 1 }, (_, i) => (i < tasks ? 1 : 0)),
    step: ({ gram, losses }, state) => {
      const count = losses.length;
      const part = (k: number): number[] => state.slice(k * count, (k + 1) * count);
      const weights = part(0);
      if (!gram.flat().every(Number.isFinite) || !losses.every(Number.isFinite)) {
        return { weights, state };
      }
      // 0 stands for a first loss that is still to come.
      const firstLosses = part(1).map((first, i) => (first === 0 ? (losses[i] ?? 0) : first));
      const slope = slopes(weights, norms(gram), rates(losses, firstLosses), alpha);
      const { change, moments } = adamStep(slope, learningRate, {
        first: part(2),
        second: part(3),
        steps: state[4 * count] ?? 0,
      });
      const moved = weights.map((weight, i) => (slope[i] === 0 ? weight : Math.max(1e-6, weight - (change[i] ?? 0))));
      const next = moved.map((weight) => (weight * count) / sum(moved));
      return { weights, state: [...next, ...firstLosses, ...moments.first, ...moments.second, moments.steps] };
    },
  };
}

/** r: how slowly each task learns, over the mean of the tasks; 1 where that cannot be said. */
function rates(losses: readonly number[], first: readonly number[]): number[] {
  const left = losses.map((loss, i) => (first[i] === 0 || first[i] === undefined ? 1 : Math.max(0, loss / first[i])));
  const mean = sum(left) / left.length;
  return left.map((value) => (mean === 0 ? 1 : value / mean));
}

/** Of sum |w_i n_i - target_i| by w_i. */
function slopes(
  weights: readonly number[],
  lengths: readonly number[],
  slowness: readonly number[],
  alpha: number,
): number[] {
  const pulls = weights.map((weight, i) => weight * (lengths[i] ?? 0));
  const present = lengths.filter((length) => length > 0).length;
  const mean = sum(pulls) / Math.max(1, present);
  return pulls.map((pull, i) => (lengths[i] ?? 0) * Math.sign(pull - mean * (slowness[i] ?? 1) ** alpha));
}
