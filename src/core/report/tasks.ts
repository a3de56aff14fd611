import { toNumber, toRecorded } from '../run/numbers.ts';
import type { RecordedNumber, StepLine, Term } from '../run/record.ts';
import type { ObservedStep, Run } from '../run/run.ts';

/** A task's loss at one observed step. Null is what was not known. */
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

/** A loss term in one objective, from its first to its last observed step. */
export interface TaskSummary {
  readonly id: string;
  readonly name: string;
  readonly kind: Term['kind'];
  readonly from: Term['from'] | null;
  readonly position: Term['position'];
  readonly objective: string;
  readonly observed: number;
  readonly first: LossAt | null;
  readonly last: LossAt | null;
}

/** One row per objective and loss term, in the graph's order; terms of earlier graphs alone follow. */
export function summariseTasks(run: Run): TaskSummary[] {
  const known = new Map(run.graph?.terms.map((term) => [term.id, term]));
  const isTask = (id: string): boolean => known.get(id)?.kind !== 'regularisers';
  return termsByObjective(run).map(({ objective, term }) => {
    const steps = run.steps.filter(
      ({ line, terms }) => line.objective === objective && line.loss[terms.indexOf(term)] !== undefined,
    );
    const entry = known.get(term);
    return {
      id: term,
      name: entry?.name ?? term,
      kind: entry?.kind ?? 'task',
      from: entry?.from ?? null,
      position: entry?.position ?? null,
      objective,
      observed: steps.length,
      first: lossAt(steps[0], term, isTask),
      last: lossAt(steps.at(-1), term, isTask),
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
  run.steps.forEach(({ line, terms }) => add(line.objective, terms));
  return [...found.values()];
}

function lossAt(step: ObservedStep | undefined, term: string, isTask: (id: string) => boolean): LossAt | null {
  const loss = step?.line.loss[step.terms.indexOf(term)];
  if (step === undefined || loss === undefined) {
    return null;
  }
  const { raw, weight, weighted, relative } = loss;
  return { step: step.line.step, raw, weight, weighted, relative, scale: scaleOf(loss, step, isTask) };
}

function scaleOf(
  { weighted }: StepLine['loss'][number],
  { line, terms }: ObservedStep,
  isTask: (id: string) => boolean,
): RecordedNumber | null {
  const tasks = line.loss.filter((_, i) => isTask(terms[i] ?? ''));
  const sizes = tasks.map((loss) => Math.abs(toNumber(loss.weighted ?? 'NaN'))).filter((size) => size > 0);
  const smallest = Math.min(...sizes.filter(Number.isFinite));
  if (weighted === null || tasks.length < 2 || smallest === Infinity) {
    return null;
  }
  return toRecorded(Math.abs(toNumber(weighted)) / smallest);
}
