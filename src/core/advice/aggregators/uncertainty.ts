import { adamStep } from './adam.ts';
import type { Aggregator } from './aggregator.ts';

export interface UncertaintyReplayOptions {
  /** Of Adam, for the log variances: each moves by at most this much a step. Default 1e-3. */
  readonly learningRate?: number;
}

/**
 * Uncertainty weighting: each loss times exp(-s), with a log variance s that is trained along with the network by the gradient
 * 1 - exp(-s) L; its optimum is s = ln L. State: s, two moments per task, the number of steps. A loss that is not finite moves
 * no s.
 */
export function uncertaintyWeights({ learningRate = 1e-3 }: UncertaintyReplayOptions = {}): Aggregator {
  return {
    name: 'uncertainty',
    title: 'Uncertainty weighting',
    paper: 'Kendall, Gal and Cipolla, Multi-Task Learning Using Uncertainty to Weigh Losses, CVPR 2018',
    needs: 'losses',
    start: (tasks) => Array.from({ length: 3 * tasks + 1 }, () => 0),
    step: ({ losses }, state) => {
      const count = losses.length;
      const s = state.slice(0, count);
      const weights = s.map((value) => Math.exp(-value));
      const slope = losses.map((loss, i) => (Number.isFinite(loss) ? 1 - (weights[i] ?? 1) * loss : 0));
      const { change, moments } = adamStep(slope, learningRate, {
        first: state.slice(count, 2 * count),
        second: state.slice(2 * count, 3 * count),
        steps: state[3 * count] ?? 0,
      });
      const next = s.map((value, i) => value - (change[i] ?? 0));
      return { weights, state: [...next, ...moments.first, ...moments.second, moments.steps] };
    },
  };
}
