import { stateless, type Aggregator } from './aggregator.ts';
import { projected } from './upGrad.ts';

/**
 * DualProj: the mean of the gradients, projected to where no task objects. Where no gradient conflicts with the mean it is the
 * mean itself. (Without memory it is what gradient episodic memory does with the gradients of earlier tasks.)
 */
export const dualProj: Aggregator = stateless(
  {
    name: 'dualProj',
    title: 'DualProj',
    paper: 'Lopez-Paz and Ranzato, Gradient Episodic Memory for Continual Learning, NeurIPS 2017',
  },
  (gram) =>
    projected(
      gram,
      gram.map(() => 1 / gram.length),
    ),
);
