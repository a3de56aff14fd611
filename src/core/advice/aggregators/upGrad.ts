import { stateless, type Aggregator } from './aggregator.ts';
import { sum, timesVector, type Matrix } from './algebra/matrix.ts';
import { nonNegativeMinimum } from './algebra/nonNegative.ts';

/** The weights of the vector nearest to sum u_i g_i that no gradient objects to: <g_i, d> >= 0 for every task. */
export function projected(gram: Matrix, u: readonly number[]): number[] {
  return nonNegativeMinimum(gram, timesVector(gram, u)).map((value, i) => value + (u[i] ?? 0));
}

/**
 * UPGrad: every gradient is projected to where no task objects, and the mean is taken. Where no two gradients conflict it is the
 * mean of the gradients. No task gets worse, to first order, and a task's influence grows in proportion to its own gradient.
 */
export const upGrad: Aggregator = stateless(
  {
    name: 'upGrad',
    title: 'UPGrad',
    paper: 'Quinton and Rey, Jacobian Descent for Multi-Objective Optimization, 2024',
  },
  (gram) => {
    const rows = gram.map((_, i) =>
      projected(
        gram,
        gram.map((__, j) => (i === j ? 1 : 0)),
      ),
    );
    return gram.map((_, j) => sum(rows.map((row) => row[j] ?? 0)) / gram.length);
  },
);
