import { stateless, type Aggregator } from './aggregator.ts';
import { balance } from './algebra/balance.ts';
import type { Matrix } from './algebra/matrix.ts';

/** G over its Frobenius norm, as the authors' code has it: else every step would be equally long, and none would arrive. */
export function ofUnitSize(gram: Matrix): Matrix {
  const size = Math.hypot(...gram.flat());
  return gram.map((row) => row.map((value) => value / size));
}

/**
 * Nash-MTL: the step on which the tasks agree as bargainers do, G w = 1 / w. The scales of the losses play no part.
 *
 * The authors approach the solution from the weights of the step before, by a series of convex problems; here it is found to the
 * last digits in each step, so there is nothing to remember.
 */
export const nashMtl: Aggregator = stateless(
  {
    name: 'nashMtl',
    title: 'Nash-MTL',
    paper: 'Navon et al., Multi-Task Learning as a Bargaining Game, ICML 2022',
  },
  (gram) => balance(ofUnitSize(gram), 1),
);
