import { toNumber } from '../../run/numbers.ts';
import type { RunView } from '../runView.ts';

/** Deep steps that must have had a gradient of exactly 0 before that is more than one batch's matter. */
export const LASTING = 3;

/** A loss this much smaller than at first has nothing more to teach: a hinge that holds, a task that is solved. */
const SOLVED = 1e-6;

/** In how many of the newest deep steps, without a break, a task's gradient in a group was exactly 0. */
export function zeroSteps(view: RunView, task: string, group: string): number {
  let count = 0;
  for (const step of [...view.steps].reverse()) {
    const norm = step.inGroup(group, task, 'norm');
    if (norm === undefined) {
      continue;
    }
    if (norm !== 0) {
      break;
    }
    count++;
  }
  return count;
}

/** Whether a task has no gradient for a reason that is no fault: its loss is (nearly) 0, or its weight in the total is. */
export function hasNothingToTeach(view: RunView, task: string): boolean {
  const newest = view.steps.findLast((step) => step.terms.includes(task));
  const [raw, weight, relative] = (['raw', 'weight', 'relative'] as const).map((field) => {
    const value = newest?.lossOf(task, field);
    return value === null || value === undefined ? NaN : toNumber(value);
  });
  return raw === 0 || weight === 0 || Math.abs(relative ?? NaN) < SOLVED;
}
