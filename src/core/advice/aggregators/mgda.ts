import { stateless, type Aggregator } from './aggregator.ts';
import { nearestToOrigin } from './algebra/nearestPoint.ts';

/**
 * MGDA: the point of the gradients' convex hull that is nearest to the origin. Weights of sum 1; one that is much smaller than
 * the others decides. No task gets worse, to first order, and where the hull holds the origin nothing moves.
 */
export const mgda: Aggregator = stateless(
  {
    name: 'mgda',
    title: 'MGDA',
    paper: 'Sener and Koltun, Multi-Task Learning as Multi-Objective Optimization, NeurIPS 2018',
  },
  nearestToOrigin,
);
