import type { Cause, InCommon } from './cause.ts';
import type { Finding } from './finding.ts';
import { DATA_CAUSES } from './rules/data/causes.ts';
import { RATES_CAUSES } from './rules/rates/causes.ts';
import { SCALE_CAUSES } from './rules/scale/causes.ts';
import { VALIDATION_CAUSES } from './rules/validation/causes.ts';

/**
 * What explains what, a cause before its consequence in causal order: so there are no circles. What a script asks for itself is explained
 * by nothing, and so may explain what stands before it. A finding is folded under the earliest.
 */
export const CAUSES: readonly Cause[] = [
  {
    cause: ['nonFinite', 'noGradient'],
    explains: [
      'exploding',
      'rateTooHigh',
      'risingLoss',
      'stalledTask',
      'overshoot',
      'noSignal',
      'coldStart',
      'overfit',
    ],
    inCommon: 'run',
  },
  {
    cause: ['ignoredLossWeights'],
    explains: ['lossScale', 'starvingTask'],
    inCommon: 'run',
  },
  {
    cause: ['ignoredLearningRate'],
    explains: ['rateTooHigh', 'rateTooLow', 'exploding', 'overshoot'],
    inCommon: 'run',
  },
  {
    cause: ['symmetry'],
    explains: [
      'dead',
      'blocked',
      'zero',
      'dyingUnits',
      'vanishing',
      'rateTooLow',
      'starvingTask',
      'stalledTask',
      'noSignal',
      'coldStart',
    ],
    inCommon: 'taskOrGroup',
  },
  {
    cause: ['unusedOutput'],
    explains: ['unreached'],
    inCommon: 'group',
  },
  {
    cause: ['notListed', 'frozenGroup'],
    explains: ['starvingTask', 'stalledTask', 'noSignal', 'rateTooLow', 'dead', 'dyingUnits', 'vanishing'],
    inCommon: 'taskOrGroup',
  },
  {
    cause: ['detach', 'variable', 'zeroGradient', 'customGradient', 'blocked', 'cut', 'zero'],
    explains: ['starvingTask', 'stalledTask', 'risingLoss', 'noSignal', 'vanishing', 'lossScale', 'tradeOff'],
    inCommon: 'task',
  },
  {
    cause: ['dead'],
    explains: ['stalledTask', 'noSignal', 'vanishing', 'tradeOff'],
    inCommon: 'task',
  },
  {
    cause: ['dead'],
    explains: ['dyingUnits'],
    inCommon: 'taskOrGroup',
  },
  {
    cause: ['brokenStopGradient'],
    explains: ['predictionLeak'],
    inCommon: 'task',
  },
  {
    cause: ['optimizerState', 'foreignVariables'],
    explains: ['exploding', 'rateTooHigh', 'rateTooLow', 'overshoot', 'risingLoss', 'stalledTask', 'noSignal'],
    inCommon: 'run',
  },
  ...DATA_CAUSES,
  ...SCALE_CAUSES,
  ...RATES_CAUSES,
  ...VALIDATION_CAUSES,
];

/** The findings with their roots: each points at the first finding, in causal order, that explains it. */
export function withRoots(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => {
    const cause = findings.find((each) => each.id !== finding.id && explains(each, finding));
    return cause === undefined ? finding : { ...finding, root: cause.id };
  });
}

function explains(cause: Finding, consequence: Finding): boolean {
  // What is no fault by itself is not what a fault comes from.
  if (cause.severity === 'information' && consequence.severity !== 'information') {
    return false;
  }
  if (consequence.isAskedFor === true) {
    return false;
  }
  return CAUSES.some(
    (each) =>
      (each.askedFor !== true || cause.isAskedFor === true) &&
      each.cause.includes(cause.rule) &&
      each.explains.includes(consequence.rule) &&
      haveInCommon(cause, consequence, each.inCommon),
  );
}

function haveInCommon(a: Finding, b: Finding, inCommon: InCommon): boolean {
  const task = a.tasks.some((each) => b.tasks.includes(each));
  const group = a.groups.some((each) => b.groups.includes(each));
  switch (inCommon) {
    case 'run':
      return true;
    case 'task':
      return task;
    case 'group':
      return group;
    case 'taskOrGroup':
      return task || group;
  }
}
