import { median, toRecorded } from '../run/numbers.ts';
import type { PathState, RecordedNumber } from '../run/record.ts';
import type { Point, Run } from '../run/run.ts';
import { termsByObjective } from './tasks.ts';

export interface SeriesSummary {
  readonly first: RecordedNumber;
  /** Of the values that are not NaN; NaN where all are. */
  readonly median: RecordedNumber;
  readonly last: RecordedNumber;
  readonly firstStep: number;
  readonly lastStep: number;
  /** Number of observed steps that have a value. */
  readonly observed: number;
}

/** What one loss term does in one variable group, over all observed steps of one objective. */
export interface NormSummary {
  readonly objective: string;
  readonly group: string;
  readonly task: string;
  /** L2 norm of the term's weighted gradient over the group's variables; null where it was never measured. */
  readonly norm: SeriesSummary | null;
  /** Share in the group's update, in the optimizer's metric: 1 is all of it, below 0 works against the others. */
  readonly share: SeriesSummary | null;
  /** How the gradient gets there, by the newest graph; null where no graph says. */
  readonly state: PathState | null;
  /** True where every cut on the path was declared through stopGradient. */
  readonly declared: boolean;
  /** Length of the group's update over the length of its weights, over the objective's steps. */
  readonly updateRatio: SeriesSummary | null;
}

/** One entry per objective, group and loss term that was measured there or is kept out; in the graph's order. */
export function summariseNorms(run: Run): NormSummary[] {
  const pairs = termsByObjective(run);
  const paths = new Map(run.graph?.paths.map((path) => [JSON.stringify([path.task, path.group]), path]));
  const summaries: NormSummary[] = [];
  for (const objective of new Set(pairs.map((pair) => pair.objective))) {
    for (const group of groupsOf(run)) {
      const updateRatio = summarise(run.updateSeries(group, 'updateRatio', objective));
      for (const { term } of pairs.filter((pair) => pair.objective === objective)) {
        const path = paths.get(JSON.stringify([term, group]));
        const norm = summarise(run.groupSeries(group, term, 'norm', objective));
        if (norm !== null || (path !== undefined && path.state !== 'none')) {
          summaries.push({
            objective,
            group,
            task: term,
            norm,
            share: summarise(run.groupSeries(group, term, 'share', objective)),
            state: path?.state ?? null,
            declared: path?.declared ?? false,
            updateRatio,
          });
        }
      }
    }
  }
  return summaries;
}

/** The newest graph's groups, then those that only earlier steps have. */
function groupsOf(run: Run): Set<string> {
  const groups = new Set(run.graph?.groups.map(({ id }) => id));
  for (const step of run.steps) {
    step.groups.forEach((id) => groups.add(id));
  }
  return groups;
}

function summarise(points: readonly Point[]): SeriesSummary | null {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) {
    return null;
  }
  const numbers = points.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  return {
    first: toRecorded(first.value),
    median: toRecorded(median(numbers) ?? NaN),
    last: toRecorded(last.value),
    firstStep: first.step,
    lastStep: last.step,
    observed: points.length,
  };
}
