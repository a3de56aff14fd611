import { mannKendall, stretches } from '../../../measure/mannKendall.ts';
import type { Point } from '../../../run/run.ts';
import { LEARNING_FALL, PLATEAU_FALL } from './thresholds.ts';

/** Losses of single steps lean on batches: means over so many equal stretches are looked at. */
const STRETCHES = 20;

/** The second half of a task's losses. */
export interface Plateau {
  readonly level: number;
  /** Lowest mean over one of ten stretches. */
  readonly lowest: number;
  /** Fall over it, as a part of its level, where that is no chance; else 0. */
  readonly fall: number;
  readonly from: number;
}

/** Null where there are too few steps. */
export function secondHalf(points: readonly Point[]): Plateau | null {
  const later = points.slice(points.length >> 1);
  const means = stretches(
    later.map(({ value }) => value),
    STRETCHES,
  );
  const trend = mannKendall(means);
  if (trend === null) {
    return null;
  }
  const level = means.reduce((sum, value) => sum + value, 0) / means.length;
  const fall = trend.p < 0.05 && trend.slope < 0 ? (-trend.slope * means.length) / level : 0;
  return { level, lowest: Math.min(...means), fall, from: later[0]?.step ?? 0 };
}

/** How far two tasks had come when the faster one had halved its loss. */
export interface Race {
  /** The first of twenty stretches of the run whose mean is at most half of where the faster task began, by its last step. */
  readonly step: number;
  /** The slower task's mean loss then, and at the end. */
  readonly then: number;
  readonly now: number;
}

/** Null where the faster one has not halved its loss in the first half of the run, or there are too few steps. */
export function race(faster: readonly Point[], slower: readonly Point[]): Race | null {
  const [ahead, behind] = [faster, slower].map((points) =>
    stretches(
      points.map(({ value }) => value),
      STRETCHES,
    ),
  ) as [number[], number[]];
  const start = Math.max(faster[0]?.value ?? NaN, ahead[0] ?? NaN);
  const place = ahead.findIndex((value) => value <= start / 2);
  const [then, now] = [behind[place], behind.at(-1)];
  if (place < 0 || place >= STRETCHES / 2 || behind.length < STRETCHES || then === undefined || now === undefined) {
    return null;
  }
  const last = Math.floor(((place + 1) * faster.length) / STRETCHES) - 1;
  return { step: faster[last]?.step ?? 0, then, now };
}

/** The step at which the first of twenty stretches ends whose mean is at most a level; infinite where none is. */
export function firstBelow(points: readonly Point[], level: number): number {
  const means = stretches(
    points.map(({ value }) => value),
    STRETCHES,
  );
  const place = means.findIndex((value) => value <= level);
  return place < 0
    ? Infinity
    : (points[Math.floor(((place + 1) * points.length) / means.length) - 1]?.step ?? Infinity);
}

export function isFlat({ fall }: Plateau): boolean {
  return fall < PLATEAU_FALL;
}

/** Whether a task's loss falls over the run, and by how much of its first stretch. */
export function hasLearned(points: readonly Point[]): boolean {
  const means = stretches(
    points.map(({ value }) => value),
    STRETCHES,
  );
  const trend = mannKendall(means);
  const [first, last] = [points[0]?.value ?? NaN, means.at(-1) ?? NaN];
  return (
    trend !== null && trend.tau < 0 && trend.p < 0.05 && last < (1 - LEARNING_FALL) * Math.max(first, means[0] ?? first)
  );
}
