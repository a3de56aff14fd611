/**
 * Every rule, in causal order: what stands earlier may explain what stands later. Ids are stable, they are what a user ignores and
 * what docs/findings has a page for.
 */
export const RULE_IDS = [
  // Numbers and data that nothing can be learned from.
  'nonFiniteLabels',
  'nonFinite',
  'noGradient',
  'classId',
  'broadcastLoss',
  'lossRanks',
  'constantLabels',
  'labelLeakage',
  'sparseLabels',
  'doubleActivation',
  'tensorLeak',
  // Options that do nothing, or not what they say.
  'ignoredLossWeights',
  'ignoredLearningRate',
  'validationName',
  'repeatedDropout',
  // Starts that cannot be trained from: their gradients are 0, or all alike.
  'symmetry',
  // Paths.
  'unusedOutput',
  'unreached',
  'notListed',
  'frozenGroup',
  'detach',
  'variable',
  'zeroGradient',
  'customGradient',
  'blocked',
  'cut',
  'zero',
  'passThrough',
  'stopGradient',
  'brokenStopGradient',
  'predictionLeak',
  // What the optimizer does.
  'optimizerState',
  'foreignVariables',
  // Starts that are far off.
  'coldStart',
  // The scale of the losses.
  'lossScale',
  'starvingTask',
  // Units and rates.
  'exploding',
  'rateTooHigh',
  'overshoot',
  'dead',
  'saturation',
  'vanishing',
  'dyingUnits',
  'rateTooLow',
  'gateCollapse',
  // Conflict, trade-off.
  'conflict',
  'tradeOff',
  // How the tasks fare, and noise.
  'risingLoss',
  'noSignal',
  'stalledTask',
  'overfit',
  'uncertaintyLag',
  'noise',
] as const;

export type RuleId = (typeof RULE_IDS)[number];
