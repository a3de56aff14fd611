import type { Aggregator } from './aggregator.ts';
import { alignedMtl } from './alignedMtl.ts';
import { caGrad } from './caGrad.ts';
import { dualProj } from './dualProj.ts';
import { dwa } from './dwa.ts';
import { equal } from './equal.ts';
import { fairGrad } from './fairGrad.ts';
import { gradNorm } from './gradNorm.ts';
import { imtlG } from './imtlG.ts';
import { mgda } from './mgda.ts';
import { nashMtl } from './nashMtl.ts';
import { pcGrad } from './pcGrad.ts';
import { uncertaintyWeights } from './uncertainty.ts';
import { upGrad } from './upGrad.ts';

/** Every weighting method with its usual settings, in the order in which they were published. */
export const aggregators: readonly Aggregator[] = [
  equal,
  dualProj,
  uncertaintyWeights(),
  gradNorm(),
  mgda,
  dwa(),
  pcGrad,
  imtlG,
  caGrad(),
  nashMtl,
  alignedMtl,
  fairGrad(),
  upGrad,
];
