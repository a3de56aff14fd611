import { stateless, type Aggregator } from './aggregator.ts';
import { entry, norms, sum, timesVector, type Matrix } from './algebra/matrix.ts';

/** Up to so many other tasks, every order is tried: 120 of them at most. */
const ALL_ORDERS = 5;

/**
 * PCGrad: from each gradient the part that conflicts is taken away, one other task after the other, and what is left is added up.
 *
 * The paper draws the order of the other tasks at random. Here the mean over all orders is taken, which is what the paper's step
 * is on average; with more than six tasks, over those that start at each other task in turn and go on from the most opposed to
 * the least, and back. So the same gradients always give the same step.
 */
export const pcGrad: Aggregator = stateless(
  {
    name: 'pcGrad',
    title: 'PCGrad',
    paper: 'Yu et al., Gradient Surgery for Multi-Task Learning, NeurIPS 2020',
  },
  (gram) => {
    const rows = gram.map((_, i) => {
      const others = orders(gram, i);
      const surgeries = others.map((order) => withoutConflicts(gram, i, order));
      return gram.map((__, j) => sum(surgeries.map((weights) => weights[j] ?? 0)) / others.length);
    });
    return gram.map((_, j) => sum(rows.map((row) => row[j] ?? 0)));
  },
);

function withoutConflicts(gram: Matrix, task: number, order: readonly number[]): number[] {
  const weights: number[] = gram.map((_, j) => (j === task ? 1 : 0));
  for (const other of order) {
    const along = timesVector([gram[other] ?? []], weights)[0] ?? 0;
    if (along < 0) {
      weights[other] = (weights[other] ?? 0) - along / entry(gram, other, other);
    }
  }
  return weights;
}

function orders(gram: Matrix, task: number): number[][] {
  const others = gram.map((_, j) => j).filter((j) => j !== task);
  if (others.length <= ALL_ORDERS) {
    return permutations(others);
  }
  const lengths = norms(gram);
  const cosine = (j: number): number => entry(gram, task, j) / (lengths[j] ?? 1);
  const sorted = [...others].sort((a, b) => cosine(a) - cosine(b));
  return sorted.flatMap((_, from) => {
    const turned = [...sorted.slice(from), ...sorted.slice(0, from)];
    return [turned, [...turned].reverse()];
  });
}

function permutations(values: readonly number[]): number[][] {
  return values.length === 0
    ? [[]]
    : values.flatMap((value) =>
        permutations(values.filter((other) => other !== value)).map((rest) => [value, ...rest]),
      );
}
