import { stateless, type Aggregator } from './aggregator.ts';
import { balance } from './algebra/balance.ts';
import { ofUnitSize } from './nashMtl.ts';

export interface FairGradOptions {
  /** How much fairness counts: towards 0 the sum of the gains, 1 Nash-MTL, large numbers the least gain. Default 2. */
  readonly alpha?: number;
}

/** FairGrad: the step whose gains <g_i, d> are alpha-fair, G w = w^(-1/alpha). */
export function fairGrad({ alpha = 2 }: FairGradOptions = {}): Aggregator {
  return stateless(
    {
      name: 'fairGrad',
      title: 'FairGrad',
      paper: 'Ban and Ji, Fair Resource Allocation in Multi-Task Learning, ICML 2024',
    },
    (gram) => balance(ofUnitSize(gram), alpha),
  );
}
