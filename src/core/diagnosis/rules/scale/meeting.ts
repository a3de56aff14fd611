import { mean, meanOfSeries, middleOfSeries, standardError, type Estimate } from '../../../measure/seriesInterval.ts';
import { halvesProducts } from '../../../measure/noiseCorrectedCosine.ts';
import { studentQuantile } from '../../../measure/quantiles.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { Objective, VariableGroup } from '../../../run/record.ts';
import type { Point } from '../../../run/run.ts';
import type { RunView } from '../../runView.ts';
import { LOOKS } from './thresholds.ts';

/** What is known of tasks where they meet: in the variables that they share, and at the boundary above those. */

export interface Rests {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A figure over looks at gradients. */
export interface Looked extends Estimate {
  readonly steps: Rests;
  readonly points: readonly Point[];
}

/** The part of a gradient's squared norm that is not noise, with its interval. */
export interface Signal extends Estimate {
  readonly steps: Rests;
  /** Samples in a batch. */
  readonly rows: number;
}

export function tasksOf(view: RunView, { terms }: Objective): string[] {
  const tasks = new Set(view.tasks.map(({ id }) => id));
  return terms.filter((term) => tasks.has(term));
}

/** The objectives in which several tasks are minimised together. */
export function meetings(
  view: RunView,
): readonly { readonly objective: Objective; readonly tasks: readonly string[] }[] {
  return view.objectives
    .map((objective) => ({ objective, tasks: tasksOf(view, objective) }))
    .filter(({ tasks }) => tasks.length > 1);
}

/** The largest of the groups that a task shares with another one of them. */
export function sharedGroupOf(view: RunView, task: string, tasks: readonly string[]): VariableGroup | null {
  const shared = view.groups.filter(
    (group) =>
      group.kind === 'shared' &&
      group.tasks.includes(task) &&
      group.tasks.some((each) => each !== task && tasks.includes(each)),
  );
  return shared.reduce<VariableGroup | null>((best, each) => (each.size > (best?.size ?? -1) ? each : best), null);
}

/** Gradient norms of a task where the tasks first meet; where that was not looked at, in the group that they share. */
export function normsOf(view: RunView, task: string, tasks: readonly string[], objective: string): readonly Point[] {
  const boundary = view.boundarySeries(task, objective).filter(isFinitePoint);
  const group = sharedGroupOf(view, task, tasks);
  return boundary.length >= LOOKS || group === null
    ? boundary
    : view.groupSeries(group.id, task, 'norm', objective).filter(isFinitePoint);
}

/** A task's share of a group's update over the later half of the steps; null with fewer than ten looks. */
export function shareOf(view: RunView, task: string, group: string, objective: string): Looked | null {
  return looked(laterHalf(view.groupSeries(group, task, 'share', objective).filter(isFinitePoint)), middleOfSeries);
}

export function looked(
  points: readonly Point[],
  estimate: (values: readonly number[]) => Estimate | null = meanOfSeries,
): Looked | null {
  const found = points.length < LOOKS ? null : estimate(points.map(({ value }) => value));
  return found === null ? null : { ...found, steps: rests(points), points };
}

/**
 * <g^a, g^b> of independent half-batches over |g|^2, as means over the later half of the steps: 1 of a gradient without noise, 0 of noise
 * alone. The interval is that of the numerator: the norm is known far better. Null with fewer than ten halves, or where samples of both
 * halves are mixed.
 */
export function signalOf(view: RunView, task: string, group: string, objective: string): Signal | null {
  const lines = laterHalf(view.halves.filter((line) => line.objective === objective));
  const products = halvesProducts(lines, group, task, task);
  const [first, last] = [products[0], products.at(-1)];
  if (
    first === undefined ||
    last === undefined ||
    products.length < LOOKS ||
    products.some((each) => !each.independent)
  ) {
    return null;
  }
  const squares = view
    .groupSeries(group, task, 'norm', objective)
    .filter(({ step, value }) => step >= first.step && step <= last.step && Number.isFinite(value))
    .map(({ value }) => value ** 2);
  const size = mean(squares);
  if (squares.length === 0 || size === 0) {
    return null;
  }
  const own = products.map((each) => each.first);
  const width = studentQuantile(0.975, own.length - 1) * standardError(own);
  const rows = products.map((each) => each.rows).sort((a, b) => a - b)[products.length >> 1] ?? 0;
  return {
    value: mean(own) / size,
    low: (mean(own) - width) / size,
    high: (mean(own) + width) / size,
    rows,
    steps: { from: first.step, to: last.step, count: products.length },
  };
}

/** What lies in the later half of the steps; all of it where that is little. */
export function laterHalf<T extends { readonly step: number }>(all: readonly T[]): readonly T[] {
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) {
    return all;
  }
  const later = all.filter(({ step }) => step > first.step + (last.step - first.step) / 2);
  return later.length >= LOOKS ? later : all;
}

/**
 * The optimizer that moves a group for an objective, as far as it is known: the library has one for each group, and a factory makes them at
 * one place, so all facts are looked at, not the newest of a place.
 */
export function optimizerOf(view: RunView, objective: Objective, group: string): Objective['optimizer'] {
  const details = view
    .facts('optimizer')
    .findLast((line) => line.objective === objective.id && line.details.groups.includes(group))?.details;
  if (details === undefined) {
    return objective.optimizer;
  }
  const rate = toNumber(details.learningRate ?? 'NaN');
  return { name: details.name, learningRate: Number.isFinite(rate) ? rate : null };
}

export function rests(points: readonly { readonly step: number }[]): Rests {
  return { from: points[0]?.step ?? 0, to: points.at(-1)?.step ?? 0, count: points.length };
}

function isFinitePoint({ value }: Point): boolean {
  return Number.isFinite(value);
}
