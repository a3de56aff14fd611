import type { Cause } from '../../cause.ts';

/** What the rules of this folder explain, and what explains them; see `causes.ts`. */
export const RATES_CAUSES: readonly Cause[] = [
  // What is not finite, or comes with another run's fault, is explained in `causes.ts`.
  {
    cause: ['exploding'],
    explains: ['rateTooHigh', 'overshoot', 'dead', 'dyingUnits', 'saturation', 'stalledTask', 'noSignal', 'risingLoss'],
    inCommon: 'run',
  },
  {
    cause: ['rateTooHigh'],
    explains: [
      'overshoot',
      'dead',
      'dyingUnits',
      'saturation',
      'gateCollapse',
      'stalledTask',
      'noSignal',
      'risingLoss',
    ],
    inCommon: 'run',
  },
  {
    cause: ['overshoot'],
    explains: ['dead', 'dyingUnits', 'saturation', 'risingLoss', 'stalledTask'],
    inCommon: 'taskOrGroup',
  },
  {
    cause: ['dyingUnits', 'saturation', 'vanishing'],
    explains: ['stalledTask', 'noSignal'],
    inCommon: 'task',
  },
  {
    cause: ['saturation'],
    explains: ['vanishing'],
    inCommon: 'taskOrGroup',
  },
  {
    // What reaches the units above is all but constant: some are off for every sample.
    cause: ['vanishing'],
    explains: ['rateTooLow', 'dyingUnits'],
    inCommon: 'taskOrGroup',
  },
  {
    cause: ['rateTooLow'],
    explains: ['stalledTask', 'noSignal', 'uncertaintyLag'],
    inCommon: 'taskOrGroup',
  },
  {
    cause: ['gateCollapse'],
    explains: ['stalledTask'],
    inCommon: 'task',
  },
];
