import type { Cause } from '../../cause.ts';

/** What the rules of this folder explain, and what explains them; see `causes.ts`. */
export const SCALE_CAUSES: readonly Cause[] = [
  // A task that the shared layers are not trained for starves, stalls, or is carried off.
  {
    cause: ['lossScale', 'starvingTask'],
    explains: ['risingLoss', 'stalledTask', 'noSignal'],
    inCommon: 'task',
  },
  {
    cause: ['lossScale'],
    explains: ['starvingTask', 'tradeOff', 'dead', 'dyingUnits', 'saturation'],
    inCommon: 'task',
  },
  // Targets that cannot be learned from, or a loss that compares the wrong values, and then what comes of it.
  {
    cause: ['nonFiniteLabels', 'classId', 'broadcastLoss', 'constantLabels', 'sparseLabels', 'doubleActivation'],
    explains: ['lossScale', 'starvingTask', 'risingLoss', 'stalledTask', 'noise'],
    inCommon: 'task',
  },
  { cause: ['exploding', 'rateTooHigh'], explains: ['risingLoss', 'stalledTask', 'conflict'], inCommon: 'run' },
  {
    cause: ['dead', 'dyingUnits', 'saturation', 'vanishing', 'rateTooLow', 'gateCollapse'],
    explains: ['stalledTask'],
    inCommon: 'taskOrGroup',
  },
  { cause: ['conflict'], explains: ['tradeOff', 'risingLoss', 'stalledTask'], inCommon: 'task' },
  { cause: ['tradeOff'], explains: ['risingLoss', 'stalledTask'], inCommon: 'task' },
  { cause: ['noSignal'], explains: ['stalledTask'], inCommon: 'task' },
  { cause: ['risingLoss'], explains: ['stalledTask'], inCommon: 'task' },
  // A loss that is driven up without end takes all of the shared update, and throws its own units about.
  {
    cause: ['risingLoss'],
    explains: ['lossScale', 'starvingTask', 'dead', 'dyingUnits', 'saturation', 'conflict', 'tradeOff', 'noSignal'],
    inCommon: 'task',
    askedFor: true,
  },
];
