import { toNumber } from '../run/numbers.ts';
import type { RecordedNumber } from '../run/record.ts';
import type { ObservedStep, ObservedWindow, Run } from '../run/run.ts';
import { spreadOf } from '../run/windowedValue.ts';
import { square, type Matrix } from './aggregators/algebra/matrix.ts';

/** What is known of the tasks at a step, or over a window of steps. Arrays run over the tasks; nothing is weighted. */
export interface Moment {
  readonly step: number;
  /** How many steps pass until the next moment; 0 of a step that a window covers. */
  readonly steps: number;
  readonly losses: readonly number[];
  /** The factors that the losses really had in the total. */
  readonly present: readonly number[];
  /** Gram matrix of the losses' own gradients; null where they were not looked at. */
  readonly gram: Matrix | null;
}

/** How a recorded training went, as the weighting methods see it. */
export interface Trajectory {
  readonly objective: string;
  /** Term ids. */
  readonly tasks: readonly string[];
  /** Where the gradients were measured: a group of shared variables, or null for the tensors at which the tasks first meet. */
  readonly group: string | null;
  readonly moments: readonly Moment[];
}

/** So many deep looks at least, or the shallow ones are used: there are more of them. */
const ENOUGH = 5;

/**
 * The trajectory of an objective: from the Gram matrices of its largest shared group, or, with fewer than five looks at that,
 * from those of the boundary where the tasks meet. Null where no two tasks share anything that was looked at.
 * @param upTo Nothing later than this step is seen.
 */
export function trajectoryOf(run: Run, objective: string, upTo = Infinity): Trajectory | null {
  const isMeant = (line: ObservedStep | ObservedWindow): boolean => line.objective === objective && line.step <= upTo;
  const steps = run.steps.filter(isMeant);
  const windows = run.windows.filter(isMeant);
  const inGroup = ofLargestGroup(run, objective, steps, windows);
  const atBoundary = looks(inGroup) < ENOUGH ? ofBoundary(run, objective, windows) : null;
  const best = looks(atBoundary) > looks(inGroup) ? atBoundary : inGroup;
  return looks(best) === 0 ? null : best;
}

function looks(trajectory: Trajectory | null): number {
  return trajectory?.moments.filter(({ gram }) => gram !== null).length ?? 0;
}

function ofLargestGroup(
  run: Run,
  objective: string,
  steps: readonly ObservedStep[],
  windows: readonly ObservedWindow[],
): Trajectory | null {
  const taskIds = taskTerms(run);
  const groups = (run.graph?.groups ?? [])
    .filter(({ id, kind }) => kind === 'shared' && steps.some((step) => step.groups.includes(id)))
    .sort((a, b) => b.tasks.length - a.tasks.length || b.size - a.size);
  for (const { id } of groups) {
    const tasks = steps
      .findLast((step) => step.groups.includes(id))
      ?.group(id)
      ?.terms.filter((term) => taskIds.has(term));
    if (tasks !== undefined && tasks.length > 1) {
      const looked = steps.flatMap((step) => momentOfStep(step, id, tasks, windows.length === 0) ?? []);
      const between = windows.flatMap((window) => momentOfWindow(window, tasks, false) ?? []);
      // Of a step and the window that ends with it, the step comes first: methods learn from it afterwards.
      const moments = [...looked, ...between].sort((a, b) => a.step - b.step || a.steps - b.steps);
      return { objective, tasks, group: id, moments };
    }
  }
  return null;
}

function ofBoundary(run: Run, objective: string, windows: readonly ObservedWindow[]): Trajectory | null {
  const taskIds = taskTerms(run);
  const tasks = windows
    .findLast(({ boundarySteps }) => boundarySteps > 0)
    ?.boundaryTerms.filter((id) => taskIds.has(id));
  if (tasks === undefined || tasks.length < 2) {
    return null;
  }
  const moments = windows.flatMap((window) => momentOfWindow(window, tasks, true) ?? []);
  return { objective, tasks, group: null, moments };
}

function taskTerms(run: Run): Set<string> {
  return new Set((run.graph?.terms ?? []).filter(({ kind }) => kind === 'task').map(({ id }) => id));
}

function momentOfStep(step: ObservedStep, group: string, tasks: readonly string[], alone: boolean): Moment | null {
  const measure = step.group(group);
  const weights = tasks.map((task) => step.lossOf(task, 'weight'));
  const losses = tasks.map((task) => step.lossOf(task, 'raw'));
  if (measure === undefined || !allKnown(weights) || !allKnown(losses)) {
    return null;
  }
  const present = weights.map(toNumber);
  const gram = unweighted(measure.terms, measure.gram.map(toNumber), tasks, present);
  return { step: step.step, steps: alone ? 1 : 0, losses: losses.map(toNumber), present, gram };
}

function momentOfWindow(window: ObservedWindow, tasks: readonly string[], withGram: boolean): Moment | null {
  const weights = tasks.map((task) => window.lossOf(task, 'weight')?.mean);
  const losses = tasks.map((task) => window.lossOf(task, 'raw')?.mean);
  if (!allKnown(weights) || !allKnown(losses)) {
    return null;
  }
  const boundary = withGram && window.boundarySteps > 0 ? window.line.boundary : null;
  const gram =
    boundary === null
      ? null
      : unweighted(
          boundary.terms,
          boundary.gram.map((value) => spreadOf(value).mean),
          tasks,
          weights,
        );
  return { step: window.step, steps: window.steps, losses, present: weights, gram };
}

function allKnown<T extends RecordedNumber>(values: readonly (T | null | undefined)[]): values is readonly T[] {
  return values.every((value) => value !== null && value !== undefined);
}

/** The Gram matrix of the losses' own gradients; null where a product is not known. What had a weight of 0 has no gradient. */
function unweighted(
  terms: readonly string[],
  triangle: readonly number[],
  tasks: readonly string[],
  weights: readonly number[],
): Matrix | null {
  const rows = tasks.map((task) => terms.indexOf(task));
  const factors = weights.map((weight) => (weight === 0 ? 0 : 1 / weight));
  const gram = square(tasks.length, (i, j) => {
    const [row, column] = [rows[i] ?? -1, rows[j] ?? -1].sort((a, b) => a - b);
    if (row === undefined || column === undefined || row === -1) {
      return 0;
    }
    const place = row * terms.length - (row * (row - 1)) / 2 + column - row;
    return (triangle[place] ?? NaN) * (factors[i] ?? 0) * (factors[j] ?? 0);
  });
  return gram.flat().every(Number.isFinite) ? gram : null;
}
