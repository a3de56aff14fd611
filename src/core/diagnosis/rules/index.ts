import type { Rule } from '../rule.ts';
import { CUT_RULES } from './cutRules.ts';
import { DATA_RULES } from './data/index.ts';
import { frozenGroup, notListed } from './excludedGroups.ts';
import { ignoredLearningRate, ignoredLossWeights, repeatedDropout } from './ignoredOptions.ts';
import { unreached, unusedOutput } from './leftOutside.ts';
import { foreignVariables, optimizerState } from './optimizerRules.ts';
import { cut, zero } from './pathRules.ts';
import { RATES_RULES } from './rates/index.ts';
import { SCALE_RULES } from './scale/index.ts';
import { symmetry } from './symmetry.ts';
import { tensorLeak } from './tensorLeak.ts';
import { brokenStopGradient, predictionLeak } from './throughPredictions.ts';
import { VALIDATION_RULES } from './validation/index.ts';

/** Every rule there is. `diagnose` puts them into causal order. */
export const RULES: readonly Rule[] = [
  ...CUT_RULES,
  cut,
  zero,
  tensorLeak,
  ignoredLossWeights,
  ignoredLearningRate,
  repeatedDropout,
  symmetry,
  unusedOutput,
  unreached,
  notListed,
  frozenGroup,
  brokenStopGradient,
  predictionLeak,
  optimizerState,
  foreignVariables,
  ...DATA_RULES,
  ...SCALE_RULES,
  ...RATES_RULES,
  ...VALIDATION_RULES,
];
