import type { Cause } from '../../cause.ts';

/** What the rules of this folder explain, and what explains them; see `causes.ts`. */
export const VALIDATION_CAUSES: readonly Cause[] = [
  {
    // Early stopping that looks elsewhere lets a task overfit.
    cause: ['validationName'],
    explains: ['overfit'],
    inCommon: 'task',
  },
];
