import { EveryNth } from '../../core/schedule/everyNth.ts';
import { LOSSES_ALONE, type StepSchedule } from '../../core/schedule/stepSchedule.ts';
import { WithinBudget } from '../../core/schedule/withinBudget.ts';

const NEVER: StepSchedule = {
  next: () => LOSSES_ALONE,
  note: () => undefined,
  took: () => undefined,
  watchesGradients: false,
  overhead: null,
};

/** The schedule that was asked for; without an interval and a budget, every step is observed deeply. */
export function scheduleFor(asked: { readonly every: number | null; readonly budget: number | null }): StepSchedule {
  if (asked.every === 0) {
    return NEVER;
  }
  return asked.every === null && asked.budget !== null
    ? new WithinBudget(asked.budget)
    : new EveryNth(asked.every ?? 1);
}
