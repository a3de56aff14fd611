import { toNumber } from '../../run/numbers.ts';
import type { PathState, VariableGroup } from '../../run/record.ts';
import type { Point, Run } from '../../run/run.ts';
import type { ComparedRun } from './comparedRun.ts';
import { firstOf, matchBy } from './match.ts';
import type { ComparedTask } from './tasks.ts';

/** What a task does in a group in one of the runs, at the newest step up to the one that is looked at. */
export interface PathOfRun {
  /** L2 norm of the task's weighted gradient. */
  readonly norm: Point | null;
  /** Share of the group's update, 1 for all of it. */
  readonly share: Point | null;
  readonly state: PathState | null;
  readonly declared: boolean;
}

export interface ComparedGroup {
  readonly label: string;
  /** The same for every run that has the group; null where the run lacks it. */
  readonly groups: readonly (VariableGroup | null)[];
  /** The tasks that one of the runs has a path or a figure for. */
  readonly tasks: readonly { readonly name: string; readonly runs: readonly (PathOfRun | null)[] }[];
}

/** The runs' variable groups, matched by their kind and the names of their tasks. */
export function matchGroups(runs: readonly ComparedRun[]): (VariableGroup | null)[][] {
  return matchBy(
    runs.map(({ run }) => run.graph?.groups ?? []),
    ({ kind, tasks }, i) => [kind, tasks.map((id) => runs[i]?.run.termName(id)).sort()],
  );
}

/** The shared groups with what each task does in them, up to step `cursor`; the newest where that is null. */
export function compareSharedGroups(
  runs: readonly ComparedRun[],
  tasks: readonly ComparedTask[],
  cursor: number | null,
): ComparedGroup[] {
  return matchGroups(runs)
    .filter((row) => firstOf(row)?.kind === 'shared')
    .map((row) => ({
      label: firstOf(row)?.label ?? '',
      groups: row,
      tasks: tasks
        .map(({ name, runs: ofRuns }) => ({
          name,
          runs: ofRuns.map((task, i) => {
            const [run, group] = [runs[i]?.run, row[i] ?? null];
            return task === null || group === null || run === undefined ? null : pathOf(run, task.id, group.id, cursor);
          }),
        }))
        .filter(({ runs: paths }) => paths.some((path) => path !== null && !isNothing(path))),
    }));
}

function pathOf(run: Run, task: string, group: string, cursor: number | null): PathOfRun {
  const path = run.graph?.paths.find((each) => each.task === task && each.group === group);
  return {
    norm: newest(run, cursor, group, task, 'norm'),
    share: newest(run, cursor, group, task, 'share'),
    state: path?.state ?? null,
    declared: path?.declared ?? false,
  };
}

function newest(run: Run, cursor: number | null, group: string, task: string, field: 'norm' | 'share'): Point | null {
  for (let i = run.steps.length - 1; i >= 0; i--) {
    const step = run.steps[i];
    const value =
      step === undefined || (cursor !== null && step.step > cursor) ? undefined : step.inGroup(group, task, field);
    if (step !== undefined && value !== undefined) {
      return { step: step.step, value: toNumber(value) };
    }
  }
  return null;
}

function isNothing({ norm, state }: PathOfRun): boolean {
  return norm === null && (state === null || state === 'none');
}
