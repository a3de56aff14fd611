import type { Rule } from '../rule.ts';
import { CUT_RULES } from './cutRules.ts';
import { frozenGroup, notListed } from './excludedGroups.ts';
import { ignoredLearningRate, ignoredLossWeights, repeatedDropout } from './ignoredOptions.ts';
import { unreached, unusedOutput } from './leftOutside.ts';
import { foreignVariables, optimizerState } from './optimizerRules.ts';
import { cut, zero } from './pathRules.ts';
import { symmetry } from './symmetry.ts';
import { tensorLeak } from './tensorLeak.ts';
import { brokenStopGradient, predictionLeak } from './throughPredictions.ts';

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
];
