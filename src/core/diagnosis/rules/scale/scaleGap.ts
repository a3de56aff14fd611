import { median } from '../../../run/numbers.ts';
import { middleRatio } from '../../../measure/seriesInterval.ts';
import type { Objective, VariableGroup } from '../../../run/record.ts';
import type { Point } from '../../../run/run.ts';
import type { RunView } from '../../runView.ts';
import { laterHalf, looked, meetings, normsOf, shareOf, sharedGroupOf, signalOf, type Looked } from './meeting.ts';
import { courseOf, standsStill, type TaskCourse } from './taskCourse.ts';
import { GAP, LOOKS, SIGNAL, STARVING_SHARE, STEPS_TO_FALL } from './thresholds.ts';

/** How far the gradients of an objective's tasks lie apart where they meet. */
export interface ScaleGap {
  readonly objective: Objective;
  readonly tasks: readonly string[];
  readonly large: string;
  readonly small: string;
  /** Norm of `large` over that of `small`, over the later half of the steps, and at the first looks. */
  readonly ratio: Looked;
  readonly atStart: number;
}

/** A task that gets next to nothing of what the shared variables do, and learns nothing. */
export interface Starving {
  readonly objective: Objective;
  readonly task: string;
  /** The task that has the largest share. */
  readonly by: string;
  readonly group: VariableGroup;
  readonly share: Looked;
  readonly shareOfLargest: Looked;
  readonly course: TaskCourse;
}

/** The gap of each objective; none where too little was looked at. */
export function scaleGaps(view: RunView): ScaleGap[] {
  return meetings(view).flatMap(({ objective, tasks }) => {
    const norms = tasks
      .map((task) => ({ task, points: normsOf(view, task, tasks, objective.id).filter(({ value }) => value > 0) }))
      .filter(({ points }) => points.length >= LOOKS)
      .map((each) => ({ ...each, middle: median(laterHalf(each.points).map(({ value }) => value)) ?? 0 }))
      .sort((a, b) => a.middle - b.middle);
    const [small, large] = [norms[0], norms.at(-1)];
    if (small === undefined || large === undefined || small === large) {
      return [];
    }
    const ratios = ratioOf(large.points, small.points);
    const ratio = looked(laterHalf(ratios), middleRatio);
    const atStart = median(ratios.slice(0, LOOKS).map(({ value }) => value));
    return ratio === null || atStart === null
      ? []
      : [{ objective, tasks, large: large.task, small: small.task, ratio, atStart }];
  });
}

/**
 * A gap that is there from the start on, and still is: one that opens while an easy task comes to its end is none of scale.
 */
export function isGap({ ratio, atStart }: ScaleGap): boolean {
  return ratio.low > GAP && atStart > GAP;
}

/** The tasks that starve in an objective. */
export function starvingIn(view: RunView, objective: Objective, tasks: readonly string[]): Starving[] {
  return tasks.flatMap((task) => starving(view, objective, tasks, task) ?? []);
}

function starving(view: RunView, objective: Objective, tasks: readonly string[], task: string): Starving | null {
  const group = sharedGroupOf(view, task, tasks);
  const share = group === null ? null : shareOf(view, task, group.id, objective.id);
  if (group === null || share === null || share.high >= STARVING_SHARE) {
    return null;
  }
  const course = courseOf(view, task, objective.id);
  if (course === null || course.steps.count < STEPS_TO_FALL || !standsStill(course)) {
    return null;
  }
  // Noise alone is left of the gradient of a task that has learned what there is to learn.
  const signal = signalOf(view, task, group.id, objective.id);
  if (signal !== null && signal.high < SIGNAL) {
    return null;
  }
  const largest = tasks
    .filter((each) => each !== task && group.tasks.includes(each))
    .flatMap((each) => {
      const found = shareOf(view, each, group.id, objective.id);
      return found === null ? [] : [{ by: each, shareOfLargest: found }];
    })
    .sort((a, b) => b.shareOfLargest.value - a.shareOfLargest.value)[0];
  // Where nobody has a gradient, nobody takes it from another.
  return largest === undefined || largest.shareOfLargest.value < 1 / tasks.length
    ? null
    : { objective, task, group, share, course, ...largest };
}

/** At the steps at which both were looked at. */
function ratioOf(large: readonly Point[], small: readonly Point[]): Point[] {
  const at = new Map(small.map(({ step, value }) => [step, value]));
  return large.flatMap(({ step, value }) => {
    const below = at.get(step);
    return below === undefined ? [] : [{ step, value: value / below }];
  });
}
