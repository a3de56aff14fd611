import { alignedMtl as alignedMtlMethod } from '../../core/advice/aggregators/alignedMtl.ts';
import { caGrad as caGradMethod, type CaGradOptions } from '../../core/advice/aggregators/caGrad.ts';
import { dualProj as dualProjMethod } from '../../core/advice/aggregators/dualProj.ts';
import { dwa as dwaMethod, type DwaOptions } from '../../core/advice/aggregators/dwa.ts';
import { equal as equalMethod } from '../../core/advice/aggregators/equal.ts';
import { fairGrad as fairGradMethod, type FairGradOptions } from '../../core/advice/aggregators/fairGrad.ts';
import { gradNorm as gradNormMethod, type GradNormOptions } from '../../core/advice/aggregators/gradNorm.ts';
import { imtlG as imtlGMethod } from '../../core/advice/aggregators/imtlG.ts';
import { mgda as mgdaMethod } from '../../core/advice/aggregators/mgda.ts';
import { nashMtl as nashMtlMethod } from '../../core/advice/aggregators/nashMtl.ts';
import { pcGrad as pcGradMethod } from '../../core/advice/aggregators/pcGrad.ts';
import { upGrad as upGradMethod } from '../../core/advice/aggregators/upGrad.ts';
import { checkNumber, checkRate } from '../configuration.ts';
import { AggregatorWeighting, type MethodWeighting } from './aggregatorWeighting.ts';

export type { CaGradOptions, DwaOptions, FairGradOptions, GradNormOptions };

/** The plain sum of the weighted losses, as without a weighting. */
export function equal(): MethodWeighting {
  return new AggregatorWeighting(equalMethod);
}

/** DualProj (Lopez-Paz and Ranzato, NeurIPS 2017): the mean gradient, projected so that it conflicts with no task. */
export function dualProj(): MethodWeighting {
  return new AggregatorWeighting(dualProjMethod);
}

/** GradNorm (Chen et al., ICML 2018): weights are trained towards gradients of like size; `weights()` tells where they are. */
export function gradNorm(options: GradNormOptions = {}): MethodWeighting {
  const { alpha, learningRate } = options;
  if (alpha !== undefined) {
    checkNumber('gradNorm({ alpha })', alpha, (value) => value >= 0, 'at least 0');
  }
  if (learningRate !== undefined) {
    checkRate('gradNorm({ learningRate })', learningRate);
  }
  return new AggregatorWeighting(gradNormMethod(options));
}

/** MGDA (Sener and Koltun, NeurIPS 2018): the shortest convex combination of the tasks' gradients. */
export function mgda(): MethodWeighting {
  return new AggregatorWeighting(mgdaMethod);
}

/** Dynamic weight average (Liu, Johns and Davison, CVPR 2019): tasks whose loss falls slowly get more. */
export function dwa(options: DwaOptions = {}): MethodWeighting {
  const { temperature, every } = options;
  if (temperature !== undefined) {
    checkNumber('dwa({ temperature })', temperature, (value) => value > 0, 'above 0');
  }
  if (every !== undefined) {
    checkNumber('dwa({ every })', every, (value) => Number.isInteger(value) && value > 0, 'a whole number above 0');
  }
  return new AggregatorWeighting(dwaMethod(options));
}

/** PCGrad (Yu et al., NeurIPS 2020): from each task's gradient, what conflicts with the others is taken away. */
export function pcGrad(): MethodWeighting {
  return new AggregatorWeighting(pcGradMethod);
}

/** IMTL-G (Liu et al., ICLR 2021): the step along which every task gains alike. */
export function imtlG(): MethodWeighting {
  return new AggregatorWeighting(imtlGMethod);
}

/** CAGrad (Liu et al., NeurIPS 2021): near the mean gradient, the step by which the task that gains least gains most. */
export function caGrad(options: CaGradOptions = {}): MethodWeighting {
  if (options.c !== undefined) {
    checkNumber('caGrad({ c })', options.c, (value) => value >= 0 && value < 1, 'at least 0 and below 1');
  }
  return new AggregatorWeighting(caGradMethod(options));
}

/** Nash-MTL (Navon et al., ICML 2022): the tasks bargain for the step. */
export function nashMtl(): MethodWeighting {
  return new AggregatorWeighting(nashMtlMethod);
}

/** Aligned-MTL (Senushkin et al., CVPR 2023): gradients made orthogonal and of like length. */
export function alignedMtl(): MethodWeighting {
  return new AggregatorWeighting(alignedMtlMethod);
}

/** FairGrad (Ban and Ji, ICML 2024): the step whose gains are alpha-fair. */
export function fairGrad(options: FairGradOptions = {}): MethodWeighting {
  if (options.alpha !== undefined) {
    checkNumber('fairGrad({ alpha })', options.alpha, (value) => value > 0, 'above 0');
  }
  return new AggregatorWeighting(fairGradMethod(options));
}

/** UPGrad (Quinton and Rey 2024): each gradient projected so that it conflicts with none, then all added. */
export function upGrad(): MethodWeighting {
  return new AggregatorWeighting(upGradMethod);
}
