import type { Aggregator } from './aggregator.ts';
import { sum } from './algebra/matrix.ts';

export interface DwaOptions {
  /** How evenly: large numbers give equal weights. Default 2, the paper's. */
  readonly temperature?: number;
  /** Steps over which losses are averaged before weights change: an epoch in the paper. Default 100. */
  readonly every?: number;
}

/**
 * Dynamic weight average: the weights are T times the softmax of r / temperature, with r each task's mean loss of the last `every`
 * steps over that of the `every` steps before them. Equal at first. State: the last two means per task (0: none yet), the sum and
 * the number of finite losses since, and the number of steps. A task without a finite loss, or whose loss was 0, counts as r = 1.
 */
export function dwa({ temperature = 2, every = 100 }: DwaOptions = {}): Aggregator {
  return {
    name: 'dwa',
    title: 'Dynamic weight average (DWA)',
    paper: 'Liu, Johns and Davison, End-to-End Multi-Task Learning with Attention, CVPR 2019',
    needs: 'losses',
    start: (tasks) => Array.from({ length: 4 * tasks + 1 }, () => 0),
    step: ({ losses }, state) => {
      const count = losses.length;
      const part = (k: number): number[] => state.slice(k * count, (k + 1) * count);
      const [older, newer] = [part(0), part(1)];
      const finite = losses.map((loss) => (Number.isFinite(loss) ? loss : 0));
      const sums = part(2).map((before, i) => before + (finite[i] ?? 0));
      const counts = part(3).map((before, i) => before + (Number.isFinite(losses[i]) ? 1 : 0));
      const steps = (state[4 * count] ?? 0) + 1;
      const weights = softmaxOfRatios(older, newer, temperature);
      if (steps < every) {
        return { weights, state: [...older, ...newer, ...sums, ...counts, steps] };
      }
      const means = sums.map((total, i) => ((counts[i] ?? 0) === 0 ? (newer[i] ?? 0) : total / (counts[i] ?? 1)));
      const none = losses.map(() => 0);
      return { weights, state: [...newer, ...means, ...none, ...none, 0] };
    },
  };
}

function softmaxOfRatios(older: readonly number[], newer: readonly number[], temperature: number): number[] {
  const ratios = newer.map((value, i) => (older[i] === 0 || older[i] === undefined ? 1 : value / older[i]));
  const highest = Math.max(...ratios);
  const powers = ratios.map((ratio) => Math.exp((ratio - highest) / temperature));
  return powers.map((power) => (power * powers.length) / sum(powers));
}
