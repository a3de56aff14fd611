import { median } from '../../../run/numbers.ts';
import type { VariableGroup } from '../../../run/record.ts';
import type { RunView } from '../../runView.ts';
import { vanishesFor } from '../rates/vanishing.ts';
import { rests, sharedGroupOf, type Rests } from './meeting.ts';
import type { ScaleGap } from './scaleGap.ts';
import { courseOf, standsStill, type TaskCourse } from './taskCourse.ts';
import { CARRIED_OFF, DOMINANT_SHARE, NOT_MOVED, STEPS_TO_FALL } from './thresholds.ts';

/**
 * The larger gradient has driven the shared layers to where they are flat: at first it had nearly all of their update, and since then every
 * task's gradient there is exactly 0, so nobody's share can be told any more.
 */
export interface CarriedOff {
  /** The task that pays for it: it has learned nothing since. */
  readonly task: string;
  readonly group: VariableGroup;
  /** What the larger task had of the update while there was one, and where that was seen. */
  readonly share: number;
  readonly seen: Rests;
  /** The first step from which on every look found 0. */
  readonly since: number;
  readonly course: TaskCourse;
}

export function carriedOff(view: RunView, { objective, tasks, large, small }: ScaleGap): CarriedOff | null {
  const group = sharedGroupOf(view, small, tasks);
  if (group === null) {
    return null;
  }
  const norms = tasks
    .filter((task) => group.tasks.includes(task))
    .map((task) => view.groupSeries(group.id, task, 'norm', objective.id));
  const since = zeroSince(norms.flat().sort((a, b) => a.step - b.step));
  const first = norms[0]?.[0]?.step ?? Infinity;
  const later = norms.map((points) => points.filter(({ step }) => step >= since).length);
  if (since <= first || Math.min(...later) < CARRIED_OFF.looks) {
    return null;
  }
  const early = view
    .groupSeries(group.id, large, 'share', objective.id)
    .filter(({ step, value }) => step < since && Number.isFinite(value));
  const share = median(early.map(({ value }) => value));
  const course = courseOf(view, small, objective.id);
  return share === null ||
    share < DOMINANT_SHARE ||
    course === null ||
    course.steps.count < STEPS_TO_FALL ||
    !standsStill(course)
    ? null
    : { task: small, group, share, seen: rests(early), since, course };
}

/**
 * The task with the larger gradient has nearly all of the shared update and does no better than the mean of its own targets: steps of that
 * size throw the shared layers about. Null where its targets are not known, and where its gradient is gone before it comes to the first
 * of those layers, which then is why it does no better.
 */
export function thrownAbout(view: RunView, { objective, large }: ScaleGap, group: string): TaskCourse | null {
  const share = median(
    view
      .groupSeries(group, large, 'share', objective.id)
      .map(({ value }) => value)
      .filter((value) => Number.isFinite(value) && value !== 0),
  );
  const course = courseOf(view, large, objective.id);
  return share !== null &&
    share >= DOMINANT_SHARE &&
    course !== null &&
    course.reference.from === 'targets' &&
    course.steps.count >= STEPS_TO_FALL &&
    course.level > NOT_MOVED &&
    standsStill(course) &&
    !vanishesFor(view, large)
    ? course
    : null;
}

/** The first step from which on all values are 0; infinite where the last one is not. */
function zeroSince(points: readonly { readonly step: number; readonly value: number }[]): number {
  const last = points.findLastIndex(({ value }) => value !== 0);
  const step = points[last]?.step ?? -Infinity;
  return points.find((point) => point.step > step)?.step ?? Infinity;
}
