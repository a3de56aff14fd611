import { stateless, type Aggregator } from './aggregator.ts';
import { onSpectrum, smallest, symmetricEigen } from './algebra/eigen.ts';

/**
 * Aligned-MTL: the mean of gradients that were made orthogonal and equally long, as long as the smallest principal component of
 * the real ones. Components that are 0 as far as numbers go are left out.
 */
export const alignedMtl: Aggregator = stateless(
  {
    name: 'alignedMtl',
    title: 'Aligned-MTL',
    paper: 'Senushkin et al., Independent Component Alignment for Multi-Task Learning, CVPR 2023',
  },
  (gram) => {
    const eigen = symmetricEigen(gram);
    const least = Math.min(...eigen.values.filter((value) => value >= smallest(eigen.values)));
    return onSpectrum(
      eigen,
      gram.map(() => 1 / gram.length),
      (value) => Math.sqrt(least / value),
    );
  },
);
