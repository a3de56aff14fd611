import type { Cut } from '../../run/record.ts';
import { formatNames } from '../format.ts';
import type { Run } from '../../run/run.ts';
import type { ComparedRun } from './comparedRun.ts';
import { firstOf, matchBy } from './match.ts';

/** A cut that one of the runs has and another lacks. */
export interface CutDifference {
  /** `dataSync keeps conversion out of shared`. */
  readonly what: string;
  readonly declared: boolean;
  /** One place per run: the cut, or null where the run lacks it. */
  readonly cuts: readonly (Cut | null)[];
}

/**
 * Cuts are matched by what they are and what they keep apart, not by their lines: those move with every change above
 * them. A run of which no graph is known lacks nothing that could be told.
 */
export function cutDifferences(runs: readonly ComparedRun[]): CutDifference[] {
  const known = runs.map(({ run }) => run.graph !== null);
  return matchBy(
    runs.map(({ run }) => run.graph?.cuts ?? []),
    (cut, i) => [cut.kind, cut.op, cut.layer, cut.declared, pairsOf(cut, runs[i]?.run)],
  )
    .filter((row) => row.some((cut, i) => cut === null && known[i]))
    .map((row) => {
      const at = row.findIndex((cut) => cut !== null);
      const cut = firstOf(row);
      return {
        what: cut === undefined ? '' : sentenceOf(cut, runs[at]?.run),
        declared: cut?.declared ?? false,
        cuts: row,
      };
    });
}

function pairsOf({ pairs }: Cut, run: Run | undefined): string[] {
  return pairs
    .map(({ task, group, complete }) => JSON.stringify([task, group, complete].map((each) => named(each, run))))
    .sort();
}

function named(id: string | boolean, run: Run | undefined): string | boolean {
  return typeof id === 'string' ? (run?.termName(id) ?? id) : id;
}

function sentenceOf(cut: Cut, run: Run | undefined): string {
  const label = (id: string): string => run?.graph?.groups.find((group) => group.id === id)?.label ?? id;
  const tasks = [...new Set(cut.pairs.map(({ task }) => task))];
  const kept = tasks.map((task) => {
    const groups = cut.pairs.filter((pair) => pair.task === task).map(({ group }) => label(group));
    return `${run?.termName(task) ?? task} out of ${formatNames(groups)}`;
  });
  return kept.length === 0 ? `${cut.op} ends a gradient path` : `${cut.op} keeps ${kept.join(', and ')}`;
}
