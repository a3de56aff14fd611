import { mannKendall, stretches, type Trend } from '../../../measure/mannKendall.ts';
import { median } from '../../../run/numbers.ts';
import type { Point } from '../../../run/run.ts';
import type { RunView } from '../../runView.ts';
import { FALLEN, FAR_OFF, JUMP, NEARLY_ALL, RUNS_TO_HALF, SIGNIFICANT, SLOWED_TO, SWING } from './thresholds.ts';

/** How a task's loss went, as far as a rate can be blamed for it. */
export interface LossCourse {
  readonly task: string;
  readonly points: readonly Point[];
  /** The first loss, and the middle of the last eighth. */
  readonly first: number;
  readonly last: number;
  /** The largest finite loss. */
  readonly largest: Point;
  /** The first step whose loss is no finite number; null: all are. */
  readonly brokenAt: number | null;
  /** The same of losses whose batches are alike: by what part of the first it has come down. */
  readonly fallen: number;
  /** Over the whole run, and over its second half; null with too few values. */
  readonly trend: Trend | null;
  readonly laterTrend: Trend | null;
  /** 90th over 10th percentile of the later half. */
  readonly swing: number;
  /** Sen's slopes of the two halves, second over first; 1 where there are too few values. */
  readonly slowing: number;
  /** So many runs as long as this one are needed to come down to half of the first loss; infinite where it does not fall. */
  readonly runsToHalf: number;
}

/** So many epochs give a value each: they hold the same samples, so their means differ by what was learned. */
const FEWEST_EPOCHS = 8;

/** Null with fewer than two losses. */
export function courseOf(view: RunView, task: string, objective: string | null): LossCourse | null {
  const all = view.lossSeries(task, 'raw', objective ?? undefined);
  const points = all.filter(({ value }) => Number.isFinite(value));
  const [start] = points;
  if (start === undefined || points.length < 2) {
    return null;
  }
  const values = comparable(view, points, objective);
  const [early, late] = [values.slice(0, values.length >> 1), values.slice(values.length >> 1)];
  const trend = mannKendall(values);
  const laterTrend = mannKendall(late);
  const tail = points.slice(-Math.max(1, points.length >> 3)).map(({ value }) => value);
  const sorted = points
    .slice(points.length >> 1)
    .map(({ value }) => value)
    .sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? NaN;
  const fallPerRun = -(trend?.slope ?? 0) * values.length * (plannedSteps(view) / view.stepsDone);
  return {
    task,
    points,
    first: start.value,
    last: median(tail) ?? NaN,
    largest: points.reduce((most, point) => (point.value > most.value ? point : most)),
    brokenAt: all.find(({ value }) => !Number.isFinite(value))?.step ?? null,
    fallen: fallenPart(values),
    trend,
    laterTrend,
    swing: at(0.1) > 0 ? at(0.9) / at(0.1) : 1,
    slowing: laterTrend === null ? 1 : laterTrend.slope / (mannKendall(early)?.slope ?? NaN),
    runsToHalf: fallPerRun > 0 ? (0.5 * Math.abs(start.value)) / fallPerRun : Infinity,
  };
}

function fallenPart(values: readonly number[]): number {
  const [first = NaN] = values;
  const last = median(values.slice(-Math.max(1, values.length >> 3))) ?? NaN;
  return (first - last) / Math.abs(first);
}

/**
 * Losses whose batches are alike: means of whole epochs where there are enough of them, or of whole rounds where the same batches
 * come round and round; else the losses as they are.
 */
function comparable(view: RunView, points: readonly Point[], objective: string | null): number[] {
  const epochs = new Map(
    view.windows.flatMap((window) =>
      window.epoch === null || (objective !== null && window.objective !== objective)
        ? []
        : [[window.step, window.epoch] as const],
    ),
  );
  const byEpoch = new Map<number, number[]>();
  for (const { step, value } of points) {
    const epoch = epochs.get(step);
    if (epoch === undefined) {
      return rounds(points.map((point) => point.value));
    }
    byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value]);
  }
  // The last one may not have ended.
  const whole = [...byEpoch.values()].slice(0, -1);
  return whole.length >= FEWEST_EPOCHS
    ? whole.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length)
    : rounds(points.map((point) => point.value));
}

/** Means over the shortest period after which losses come back, where they do. */
function rounds(values: readonly number[]): number[] {
  const longest = Math.min(LONGEST_ROUND, Math.floor(values.length / FEWEST_EPOCHS));
  for (let period = 1; period <= longest; period++) {
    if (correlation(values.slice(0, -period), values.slice(period)) > COMES_BACK) {
      const count = Math.floor(values.length / period);
      return stretches(values.slice(0, count * period), count);
    }
  }
  return [...values];
}

/** Where rates are tiny, a batch that comes back has nearly its old loss. */
const COMES_BACK = 0.95;
const LONGEST_ROUND = 200;

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [products, squaresA, squaresB] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const [x, y] = [value - meanA, (b[i] ?? 0) - meanB];
    products += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return products / Math.sqrt(squaresA * squaresB);
}

/** How long the run means to be, as far as it has said; at least as long as it is. */
function plannedSteps({ run: { plan }, stepsDone }: RunView): number {
  const planned = plan === null || plan.step > stepsDone ? 0 : plan.step + plan.epochs * (plan.stepsPerEpoch ?? 0);
  return Math.max(planned, stepsDone);
}

export function fallsSignificantly(trend: Trend | null): boolean {
  return trend !== null && trend.slope < 0 && trend.p < SIGNIFICANT;
}

function risesSignificantly(trend: Trend | null): boolean {
  return trend !== null && trend.slope > 0 && trend.p < SIGNIFICANT;
}

/** It falls, steadily, and would take many runs: a rate that suffices has long done more. */
export function fallsTooSlowly(course: LossCourse): boolean {
  return (
    fallsSignificantly(course.trend) &&
    (course.laterTrend === null || fallsSignificantly(course.laterTrend)) &&
    course.fallen > 0 &&
    course.fallen < FALLEN &&
    course.slowing > SLOWED_TO &&
    course.runsToHalf > RUNS_TO_HALF
  );
}

/** What too large steps do to a loss. */
export type Harm = 'notFinite' | 'jump' | 'rise' | 'swing' | 'noFall';

/** Null where nothing of it is seen. */
export function harmIn(course: LossCourse): Harm | null {
  const { first, last, largest, trend, laterTrend, swing, brokenAt } = course;
  if (brokenAt !== null) {
    return 'notFinite';
  }
  if (first > 0 && largest.value > JUMP * first) {
    return 'jump';
  }
  if (risesSignificantly(trend) && last > first) {
    return 'rise';
  }
  if (swing > SWING && !fallsSignificantly(laterTrend) && !(last < NEARLY_ALL * first)) {
    return 'swing';
  }
  return trend !== null && !fallsSignificantly(trend) && last > 0.9 * first ? 'noFall' : null;
}

/** The first loss lies far above what the run came down to, or the loss is harmed in another way. */
export function startsFarOff(course: LossCourse): boolean {
  return harmIn(course) !== null || (course.last > 0 && course.first > FAR_OFF * course.last);
}

/** For a small chart. */
export function lossChart(view: RunView, { task, points }: LossCourse): { name: string; points: readonly Point[] } {
  const name = view.nameOf(task);
  if (points.length <= CHART) {
    return { name, points };
  }
  const [steps, values] = [points.map(({ step }) => step), points.map(({ value }) => value)];
  const means = stretches(values, CHART);
  const ends = stretches(steps, CHART);
  return { name, points: means.map((value, i) => ({ step: Math.round(ends[i] ?? 0), value })) };
}

const CHART = 60;
