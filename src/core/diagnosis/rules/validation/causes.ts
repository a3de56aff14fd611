import type { Cause } from '../../cause.ts';

/** What the rules of this folder explain, and what explains them; see `causes.ts`. */
export const VALIDATION_CAUSES: readonly Cause[] = [
  {
    // Early stopping that looks elsewhere lets a task overfit.
    cause: ['validationName'],
    explains: ['overfit'],
    inCommon: 'task',
  },
  {
    // What is wrong with the data, or with how the loss reads it, comes before how the task fares.
    cause: [
      'nonFiniteLabels',
      'classId',
      'broadcastLoss',
      'lossRanks',
      'constantLabels',
      'labelLeakage',
      'sparseLabels',
      'doubleActivation',
    ],
    explains: ['coldStart', 'noSignal', 'overfit'],
    inCommon: 'task',
  },
  {
    // A task that cannot learn for another reason than its labels.
    cause: [
      'starvingTask',
      'exploding',
      'rateTooHigh',
      'dyingUnits',
      'saturation',
      'vanishing',
      'rateTooLow',
      'gateCollapse',
      'conflict',
      'risingLoss',
    ],
    explains: ['noSignal'],
    inCommon: 'taskOrGroup',
  },
  {
    // What does not follow from the inputs is noise to every batch.
    cause: ['noSignal'],
    explains: ['stalledTask', 'overfit', 'noise'],
    inCommon: 'task',
  },
];
