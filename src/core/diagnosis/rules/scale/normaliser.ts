import { toNumber } from '../../../run/numbers.ts';
import type { RunView } from '../../runView.ts';

/** The targets of a task as the trainer saw them. */
export interface TargetFigures {
  readonly mean: number;
  readonly variance: number;
  /** A few whole numbers: classes, or yes and no. */
  readonly isClass: boolean;
}

/** More different whole numbers than this are counted as amounts. */
const MOST_CLASSES = 64;

/** A first loss that is this much larger or smaller than the mean square of the targets is no squared error. */
const NEAR = 10;

export function targetsOf(view: RunView, task: string): TargetFigures | null {
  const details = view.newestFacts('labels').findLast((line) => line.task === task)?.details;
  const [mean, variance] = [toNumber(details?.mean ?? 'NaN'), toNumber(details?.variance ?? 'NaN')];
  if (details === undefined || !Number.isFinite(mean) || !Number.isFinite(variance)) {
    return null;
  }
  const isClass = details.whole && details.distinct !== null && details.distinct <= MOST_CLASSES && !isCount(details);
  return { mean, variance, isClass };
}

/**
 * The loss of always predicting the mean of the targets, for a squared error: their variance. Null where the targets are not known
 * or the loss does not look like one: predictions begin near 0, so a squared error begins near the targets' mean square.
 * @param start The task's loss at its first steps
 */
export function normaliserOf(view: RunView, task: string, start: number): number | null {
  const targets = targetsOf(view, task);
  if (targets === null || targets.isClass || targets.variance <= 0) {
    return null;
  }
  const first = start / (targets.variance + targets.mean ** 2);
  return first > 1 / NEAR && first < NEAR ? targets.variance : null;
}

/** Whole numbers that are too large for class ids of so few kinds. */
function isCount({ min, max, distinct }: { min: unknown; max: unknown; distinct: number | null }): boolean {
  return Number(max) - Number(min) > 2 * (distinct ?? Infinity);
}
