import { toNumber, toRecorded } from '../run/numbers.ts';
import type { RecordedNumber, Term } from '../run/record.ts';
import type { Run } from '../run/run.ts';
import { readSteps, type LossReading } from './lossReadings.ts';

/** A task's loss at one step. Null is what was not known. */
export interface LossAt {
  readonly step: number;
  readonly raw: RecordedNumber | null;
  /** Null where no trained variable leads to the loss. */
  readonly weight: RecordedNumber | null;
  readonly weighted: RecordedNumber | null;
  /** `raw` over the first finite, non-zero `raw` of the task. */
  readonly relative: RecordedNumber | null;
  /** Size of the weighted loss over the smallest one that is not 0 among the objective's tasks; null for one task. */
  readonly scale: RecordedNumber | null;
}

/** A loss term in one objective, from the first to the last step that its loss was read at. */
export interface TaskSummary {
  readonly id: string;
  readonly name: string;
  readonly kind: Term['kind'];
  readonly from: Term['from'] | null;
  readonly position: Term['position'];
  readonly objective: string;
  /** How many steps had its loss read. */
  readonly observed: number;
  readonly first: LossAt | null;
  readonly last: LossAt | null;
}

/** One row per objective and loss term, in the graph's order; terms of earlier graphs alone follow. */
export function summariseTasks(run: Run): TaskSummary[] {
  const known = new Map(run.graph?.terms.map((term) => [term.id, term]));
  const isTask = (id: string): boolean => known.get(id)?.kind !== 'regularisers';
  return termsByObjective(run).map(({ objective, term }) => {
    const { count, first, last } = readSteps(run, objective, term);
    const entry = known.get(term);
    return {
      id: term,
      name: entry?.name ?? term,
      kind: entry?.kind ?? 'task',
      from: entry?.from ?? null,
      position: entry?.position ?? null,
      objective,
      observed: count,
      first: lossAt(first, term, isTask),
      last: lossAt(last, term, isTask),
    };
  });
}

/** Every pair of objective and term of the run, without repetition. */
export function termsByObjective(run: Run): { readonly objective: string; readonly term: string }[] {
  const found = new Map<string, { objective: string; term: string }>();
  const add = (objective: string, terms: readonly string[]): void => {
    for (const term of terms) {
      found.set(JSON.stringify([objective, term]), { objective, term });
    }
  };
  run.graph?.objectives.forEach(({ id, terms }) => add(id, terms));
  const seen = new Map<string, readonly string[]>();
  for (const { objective, terms } of [...run.windows, ...run.steps]) {
    if (seen.get(objective) !== terms) {
      seen.set(objective, terms);
      add(objective, terms);
    }
  }
  return [...found.values()];
}

function lossAt(reading: LossReading | null, term: string, isTask: (id: string) => boolean): LossAt | null {
  const loss = reading?.loss[reading.terms.indexOf(term)];
  if (reading === null || loss === undefined) {
    return null;
  }
  const { raw, weight, weighted, relative } = loss;
  return { step: reading.step, raw, weight, weighted, relative, scale: scaleOf(weighted, reading, isTask) };
}

function scaleOf(
  weighted: RecordedNumber | null,
  { loss, terms }: LossReading,
  isTask: (id: string) => boolean,
): RecordedNumber | null {
  const tasks = loss.filter((_, i) => isTask(terms[i] ?? ''));
  const sizes = tasks.map((each) => Math.abs(toNumber(each.weighted ?? 'NaN'))).filter((size) => size > 0);
  const smallest = Math.min(...sizes.filter(Number.isFinite));
  if (weighted === null || tasks.length < 2 || smallest === Infinity) {
    return null;
  }
  return toRecorded(Math.abs(toNumber(weighted)) / smallest);
}
