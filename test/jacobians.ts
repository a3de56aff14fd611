import { seededRandom } from './random.ts';

/** The gradients themselves, a row per task: what a Gram matrix is made of. */
export type Jacobian = readonly (readonly number[])[];

export const gramOf = (jacobian: Jacobian): number[][] =>
  jacobian.map((a) => jacobian.map((b) => a.reduce((total, value, k) => total + value * (b[k] ?? 0), 0)));

/** sum w_i g_i. */
export const combined = (jacobian: Jacobian, weights: readonly number[]): number[] =>
  (jacobian[0] ?? []).map((_, k) => jacobian.reduce((total, row, i) => total + (weights[i] ?? 0) * (row[k] ?? 0), 0));

export const length = (vector: readonly number[]): number => Math.hypot(...vector);

export interface Case {
  readonly seed: number;
  readonly rank: number;
  readonly jacobian: Jacobian;
  readonly what: string;
}

/** A number from about a normal distribution. */
function normal(next: () => number): number {
  return Array.from({ length: 12 }, next).reduce((a, b) => a + b, -6);
}

/** Gradients of every number of tasks up to 8, of any rank, leaning apart or together, and of scales up to `gap` apart. */
export function randomCases(count: number, gap = 1e3, leastRank = 1): Case[] {
  return Array.from({ length: count }, (_, seed) => {
    const random = seededRandom(seed + 1);
    const next = (): number => random.next();
    const tasks = 2 + random.index(7);
    const rank = Math.min(tasks, leastRank + random.index(tasks));
    const width = rank + random.index(20);
    const basis = Array.from({ length: rank }, () => Array.from({ length: width }, () => normal(next)));
    const lean = random.pick([0, 0, 1, 2]);
    const jacobian = Array.from({ length: tasks }, () => {
      const scale = gap ** (random.next() - 0.5);
      const mixture = basis.map((__, k) => normal(next) + (k === 0 ? lean : 0));
      return combined(basis, mixture).map((value) => scale * value);
    });
    return { seed: seed + 1, rank, jacobian, what: `seed ${seed + 1}: ${tasks} tasks, rank ${rank}, width ${width}` };
  });
}
