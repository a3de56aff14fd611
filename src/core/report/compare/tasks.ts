import { median } from '../../run/numbers.ts';
import type { Term } from '../../run/record.ts';
import type { Point, Run } from '../../run/run.ts';
import { termsByObjective } from '../tasks.ts';
import type { ComparedRun } from './comparedRun.ts';
import { firstOf, matchBy } from './match.ts';

/** A task's loss in one of the runs, raw: neither a weight nor a first value is in it. */
export interface TaskOfRun {
  readonly id: string;
  /** Every observed loss. NaN and the infinities are numbers here. */
  readonly losses: readonly Point[];
  readonly first: Point | null;
  readonly last: Point | null;
  /** The lowest that is finite. */
  readonly best: Point | null;
}

export interface ComparedTask {
  readonly name: string;
  readonly kind: Term['kind'];
  /** One place per run; null where the run has no task of this name. */
  readonly runs: readonly (TaskOfRun | null)[];
  /** The steps at which every run that has the task observed its loss, ascending. */
  readonly common: readonly number[];
}

/** How the runs stand to each other in a task's loss at one step. One place per run in every list. */
export interface Standing {
  readonly step: number;
  readonly losses: readonly (number | null)[];
  /** The loss over that of the reference; null where that says nothing: the reference lacks it, is 0, or has another sign. */
  readonly ratios: readonly (number | null)[];
  /** Median of the last common steps up to this one: a single step's loss is that of one batch. */
  readonly recent: readonly (number | null)[];
  readonly places: readonly Place[];
  /** The same of `recent`: where it is another order, the step alone says little. */
  readonly recentPlaces: readonly Place[];
}

/** `only`: no other run has a loss there. One that is not finite is never the lowest. */
export type Place = 'lowest' | 'higher' | 'equal' | 'only' | 'not finite' | null;

/** Number of common steps whose median is taken. */
export const RECENT = 10;

/** The runs' loss terms, matched by their names. */
export function compareTasks(runs: readonly ComparedRun[]): ComparedTask[] {
  return matchBy(
    runs.map(({ run }) => termsOf(run)),
    ({ name, kind }) => [kind, name],
  ).map((row) => {
    const told = row.map((term, i) => (term === null ? null : taskOf(runs[i]?.run, term.id)));
    const { name = '', kind = 'task' } = firstOf(row) ?? {};
    return { name, kind, runs: told, common: commonSteps(told) };
  });
}

/** The standing at the task's last common step up to `cursor`, the newest where that is null; null without a common step. */
export function standingAt({ runs, common }: ComparedTask, cursor: number | null): Standing | null {
  const upTo = common.filter((step) => cursor === null || step <= cursor);
  const step = upTo.at(-1);
  if (step === undefined) {
    return null;
  }
  const recent = new Set(upTo.slice(-RECENT));
  const losses = runs.map((task) => task?.losses.find((point) => point.step === step)?.value ?? null);
  const [reference = null] = losses;
  const medians = runs.map((task) =>
    task === null ? null : median(task.losses.filter((point) => recent.has(point.step)).map(({ value }) => value)),
  );
  return {
    step,
    losses,
    ratios: losses.map((loss) => ratio(loss, reference)),
    recent: medians,
    places: placesOf(losses),
    recentPlaces: placesOf(medians),
  };
}

interface NamedTerm {
  readonly id: string;
  readonly name: string;
  readonly kind: Term['kind'];
}

/** The graph's terms in its order, then those that only earlier steps have. */
function termsOf(run: Run): NamedTerm[] {
  const known = new Map(run.graph?.terms.map((term) => [term.id, term]));
  const ids = new Set([...known.keys(), ...termsByObjective(run).map(({ term }) => term)]);
  return [...ids].map((id) => ({ id, name: known.get(id)?.name ?? id, kind: known.get(id)?.kind ?? 'task' }));
}

function taskOf(run: Run | undefined, id: string): TaskOfRun {
  const losses = run?.lossSeries(id, 'raw') ?? [];
  const best = losses.reduce<Point | null>(
    (least, point) => (Number.isFinite(point.value) && (least === null || point.value < least.value) ? point : least),
    null,
  );
  return { id, losses, first: losses[0] ?? null, last: losses.at(-1) ?? null, best };
}

/** A run that has not observed the task yet does not keep the others from being compared. */
function commonSteps(runs: readonly (TaskOfRun | null)[]): number[] {
  const observed = runs.flatMap((task) => (task === null || task.losses.length === 0 ? [] : [task.losses]));
  const [first = [], ...others] = observed.map((losses) => new Set(losses.map(({ step }) => step)));
  return [...first].filter((step) => others.every((steps) => steps.has(step))).sort((a, b) => a - b);
}

function ratio(loss: number | null, reference: number | null): number | null {
  const value = loss === null || reference === null ? NaN : loss / reference;
  return Number.isFinite(value) && value >= 0 ? value : null;
}

function placesOf(losses: readonly (number | null)[]): Place[] {
  const ranks = losses.map((loss) => (loss === null ? null : Number.isFinite(loss) ? loss : Infinity));
  const there = ranks.filter((rank) => rank !== null);
  const least = Math.min(...there);
  const equal = there.every((rank) => rank === least);
  return ranks.map((rank) => {
    if (rank === null || rank === Infinity) {
      return rank === null ? null : 'not finite';
    }
    if (there.length === 1) {
      return 'only';
    }
    return equal ? 'equal' : rank === least ? 'lowest' : 'higher';
  });
}
