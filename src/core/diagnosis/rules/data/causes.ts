import type { Cause } from '../../cause.ts';

/** What the rules of this folder explain, and what explains them; see `causes.ts`. */
export const DATA_CAUSES: readonly Cause[] = [
  {
    cause: ['nonFiniteLabels'],
    explains: [
      'nonFinite',
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
    cause: ['classId', 'broadcastLoss'],
    explains: ['stalledTask', 'noSignal', 'lossScale', 'starvingTask', 'risingLoss', 'overfit', 'coldStart'],
    inCommon: 'task',
  },
  {
    cause: ['lossRanks'],
    explains: ['stalledTask', 'noSignal', 'lossScale', 'starvingTask'],
    inCommon: 'run',
  },
  {
    cause: ['constantLabels'],
    explains: ['stalledTask', 'noSignal', 'dead', 'dyingUnits', 'vanishing', 'lossScale', 'starvingTask'],
    inCommon: 'task',
  },
  {
    cause: ['labelLeakage'],
    explains: ['lossScale', 'starvingTask', 'overfit', 'noSignal'],
    inCommon: 'task',
  },
  {
    cause: ['sparseLabels'],
    // A batch without any label makes a gradient of 0.
    explains: [
      'blocked',
      'zero',
      'lossScale',
      'starvingTask',
      // A rectifier whose rows hardly ever have a label is seldom pulled back.
      'dead',
      'dyingUnits',
      'stalledTask',
      'noSignal',
      'noise',
      'tradeOff',
      'overfit',
    ],
    inCommon: 'task',
  },
  {
    cause: ['doubleActivation'],
    explains: ['vanishing', 'saturation', 'stalledTask', 'noSignal', 'starvingTask', 'rateTooLow'],
    inCommon: 'task',
  },
];
