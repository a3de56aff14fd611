import { stateless, type Aggregator } from './aggregator.ts';
import { onSpectrum, symmetricEigen } from './algebra/eigen.ts';
import { cosines, norms, sum } from './algebra/matrix.ts';

/**
 * IMTL-G: the combination of sum 1 whose projections onto all gradients are equally long. Weights may be negative. Where equal
 * projections ask for a step against every task, its opposite is taken, of sum -1; where there is no such combination (two
 * opposite gradients), nothing moves.
 */
export const imtlG: Aggregator = stateless(
  {
    name: 'imtlG',
    title: 'IMTL-G',
    paper: 'Liu et al., Towards Impartial Multi-task Learning, ICLR 2021',
  },
  (gram) => {
    const lengths = norms(gram);
    const ones = gram.map(() => 1);
    const solved = onSpectrum(symmetricEigen(cosines(gram)), ones, (value) => 1 / value);
    const weights = solved.map((value, i) => value / (lengths[i] ?? 1));
    const total = Math.abs(sum(weights));
    const size = sum(weights.map(Math.abs));
    return total <= 1e-10 * size || size === 0 ? ones.map(() => 0) : weights.map((value) => value / total);
  },
);
