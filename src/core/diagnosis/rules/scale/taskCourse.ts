import { mannKendall, type Trend } from '../../../measure/mannKendall.ts';
import { mean, partsOf, standardError } from '../../../measure/seriesInterval.ts';
import { studentQuantile } from '../../../measure/quantiles.ts';
import type { Point } from '../../../run/run.ts';
import type { RunView } from '../../runView.ts';
import { normaliserOf } from './normaliser.ts';
import { FALLS_AT, LEARNED, MAY_FALL, NOT_MOVED, STEPS_TO_RISE } from './thresholds.ts';

/** How a task's own loss, unweighted, has gone so far. */
export interface TaskCourse {
  readonly task: string;
  readonly points: readonly Point[];
  readonly steps: { readonly from: number; readonly to: number; readonly count: number };
  /** Mean loss at its first steps, and over the last quarter of the run. */
  readonly start: number;
  readonly recent: number;
  /** What the recent loss is held against: the loss of always predicting the target's mean, where that is known; else the start. */
  readonly reference: { readonly value: number; readonly from: 'targets' | 'start' };
  /** `recent` over the reference. */
  readonly level: number;
  /** Of stretch means, over the whole run and over its later half. */
  readonly whole: Trend;
  readonly later: Trend;
  /** Relative change from the first to the second half of the later half, with its 95 % interval; below 0 it fell. */
  readonly change: { readonly value: number; readonly low: number; readonly high: number };
}

/** Steps that a start is averaged over, at most, and its part of the run. */
const [START, START_PART] = [5, 0.05];

/** Stretches of the whole run; the later half has half of them. */
const STRETCHES_OF_RUN = 20;

/**
 * Null with fewer than 30 readings. Where the loss becomes NaN or infinite, its course is that before.
 * @param objective The objective that the losses are read of
 */
export function courseOf(view: RunView, task: string, objective: string): TaskCourse | null {
  const all = view.lossSeries(task, 'raw', objective);
  const end = all.findIndex(({ value }) => !Number.isFinite(value));
  const points = end === -1 ? all : all.slice(0, end);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < STEPS_TO_RISE) {
    return null;
  }
  // By steps, since a point of a long run stands for many.
  const laterHalf = after(points, first.step + (last.step - first.step) / 2);
  const values = points.map(({ value }) => value);
  const later = laterHalf.map(({ value }) => value);
  const [whole, laterTrend] = [trendOf(values, STRETCHES_OF_RUN), trendOf(later, STRETCHES_OF_RUN / 2)];
  if (whole === null || laterTrend === null) {
    return null;
  }
  const start = mean(values.slice(0, Math.max(1, Math.min(START, Math.floor(START_PART * values.length)))));
  const recent = mean(after(points, first.step + (3 * (last.step - first.step)) / 4).map(({ value }) => value));
  const fromTargets = normaliserOf(view, task, start);
  const reference = { value: fromTargets ?? start, from: fromTargets === null ? 'start' : 'targets' } as const;
  return {
    task,
    points,
    steps: { from: first.step, to: last.step, count: points.length },
    start,
    recent,
    reference,
    level: recent / reference.value,
    whole,
    later: laterTrend,
    change: changeWithin(later),
  };
}

/** It falls, by a test of its trend in the later half of the run. */
export function falls({ later }: TaskCourse): boolean {
  return later.z < 0 && later.p < FALLS_AT;
}

/**
 * It is not learned, and does not fall: not in the later half of the run, as far as its interval allows to say so; or it has come back to
 * where it began, as the loss of a task does that the others carried off at first.
 */
export function standsStill(course: TaskCourse): boolean {
  const { whole, level, change } = course;
  const fellInAll = whole.z < 0 && whole.p < FALLS_AT;
  return (!falls(course) && change.low > -MAY_FALL && level > LEARNED) || (!fellInAll && level > NOT_MOVED);
}

function trendOf(values: readonly number[], count: number): Trend | null {
  return mannKendall(partsOf(values, count).map(mean));
}

function after(points: readonly Point[], step: number): readonly Point[] {
  return points.filter((point) => point.step > step);
}

/** Welch's interval for the difference of the two halves' means over stretches, as a part of the first one. */
function changeWithin(values: readonly number[]): TaskCourse['change'] {
  const parts = partsOf(values, STRETCHES_OF_RUN / 2).map(mean);
  const half = parts.length >> 1;
  const [before, behind] = [parts.slice(0, half), parts.slice(half)];
  const size = Math.abs(mean(before));
  if (size === 0) {
    return { value: 0, low: 0, high: 0 };
  }
  const value = (mean(behind) - mean(before)) / size;
  const error = Math.hypot(standardError(before), standardError(behind)) / size;
  const width = error * studentQuantile(0.975, parts.length - 2);
  return { value, low: value - width, high: value + width };
}
