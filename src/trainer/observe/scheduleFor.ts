import { EveryNth } from '../../core/schedule/everyNth.ts';
import type { StepSchedule } from '../../core/schedule/stepSchedule.ts';
import { WithinBudget } from '../../core/schedule/withinBudget.ts';

const NEVER: StepSchedule = {
  next: () => false,
  note: () => undefined,
  took: () => undefined,
  alarm: () => undefined,
  overhead: null,
};

/** The schedule that was asked for; without an interval and a budget, every step. */
export function scheduleFor(asked: { readonly every: number | null; readonly budget: number | null }): StepSchedule {
  if (asked.every === 0) {
    return NEVER;
  }
  return asked.every === null && asked.budget !== null
    ? new WithinBudget(asked.budget)
    : new EveryNth(asked.every ?? 1);
}
