import { formatCount, formatNumber, UNKNOWN } from '../format.ts';
import type { Objective, VariableGroup } from '../../run/record.ts';
import type { Run } from '../../run/run.ts';
import type { ComparedRun } from './comparedRun.ts';
import { course, settings, type Fact } from './facts.ts';
import { matchGroups } from './groups.ts';
import { firstOf } from './match.ts';
import type { ComparedTask } from './tasks.ts';

/** Something in which the runs differ, in words for people; one value per run. */
export interface Difference {
  readonly what: string;
  readonly values: readonly string[];
}

/** Figures of the record are of single precision: smaller differences than this part are none. */
const PRECISION = 1e-6;

/** All that is recorded of how the runs were trained, and differs. */
export function setUpDifferences(runs: readonly ComparedRun[], tasks: readonly ComparedTask[]): Difference[] {
  const groups = matchGroups(runs);
  return [
    ...ofFacts(runs, settings),
    ...groups.flatMap((row) => sizeDifference(runs, row)),
    ...tasks.filter(({ kind }) => kind === 'task').flatMap((task) => weightDifference(runs, task)),
    ...perGroup(runs, groups, 'optimizer', (optimizer) => optimizer.name),
    ...perGroup(runs, groups, 'learning rate', (optimizer) => optimizer.learningRate),
    ...ofFacts(runs, course),
  ];
}

function ofFacts(runs: readonly ComparedRun[], facts: readonly Fact[]): Difference[] {
  return facts.flatMap(({ what, of }) => differing(what, runs.map(of)));
}

/** What a graph says differs only between runs that have one. */
function differing(what: string, values: readonly string[], runs?: readonly ComparedRun[]): Difference[] {
  const told = values.filter((_, i) => runs?.[i]?.run.graph !== null);
  return new Set(told).size > 1 ? [{ what, values }] : [];
}

function labelOf(row: readonly (VariableGroup | null)[]): string {
  return firstOf(row)?.label ?? '';
}

/** A run that lacks one of the group's tasks cannot have the group: that says nothing new. */
function sizeDifference(runs: readonly ComparedRun[], row: readonly (VariableGroup | null)[]): Difference[] {
  const at = row.findIndex((group) => group !== null);
  const tasks = row[at]?.tasks.map((id) => runs[at]?.run.termName(id)) ?? [];
  const values = row.map((group, i) => {
    if (group !== null) {
      return `${formatCount(group.size)} weights`;
    }
    const there = runs[i]?.run.graph?.terms.map(({ name }) => name) ?? [];
    return tasks.every((task) => task !== undefined && there.includes(task)) ? 'no such group' : UNKNOWN;
  });
  const differs = new Set(values.filter((value) => value !== UNKNOWN)).size > 1;
  return differs ? [{ what: `size of ${labelOf(row)}`, values }] : [];
}

/** The weight at the first step, and at the last where it moved. A run that lacks the task is told beside its losses. */
function weightDifference(runs: readonly ComparedRun[], { name, runs: ofRuns }: ComparedTask): Difference[] {
  const ends = ofRuns.map((task, i) => {
    const points = task === null ? [] : (runs[i]?.run.lossSeries(task.id, 'weight') ?? []);
    const [first, last] = [points[0]?.value, points.at(-1)?.value];
    return first === undefined || last === undefined ? null : ([first, last] as const);
  });
  const told = ends.filter((each) => each !== null);
  if (told.every((each) => each.every((value, i) => same(value, told[0]?.[i] ?? NaN)))) {
    return [];
  }
  const moved = told.some(([first, last]) => !same(first, last));
  const firsts = apart(ends.map((each) => each?.[0] ?? null));
  const lasts = apart(ends.map((each) => each?.[1] ?? null));
  return [
    {
      what: `loss weight of ${name}${moved ? ', from the first step to the last' : ''}`,
      values: ends.map((each, i) => {
        const [first = UNKNOWN, last = UNKNOWN] = [firsts[i], lasts[i]];
        return each === null || same(...each) ? first : `${first} to ${last}`;
      }),
    },
  ];
}

/** One row for all groups where every run treats its own alike, else one per group. */
function perGroup(
  runs: readonly ComparedRun[],
  groups: readonly (readonly (VariableGroup | null)[])[],
  what: string,
  pick: (optimizer: NonNullable<Objective['optimizer']>) => string | number | null,
): Difference[] {
  const rows = groups
    .filter((row) => !['unreached', undefined].includes(firstOf(row)?.kind))
    .map((row) => ({
      label: labelOf(row),
      values: row.map((group, i) => {
        const optimizer = group === null ? null : optimizerOf(runs[i]?.run, group.id);
        return optimizer === null ? null : pick(optimizer);
      }),
    }))
    .filter(({ values }) => values.some((value) => value !== null));
  const alike = runs.every((_, i) => new Set(rows.flatMap(({ values }) => values[i] ?? [])).size <= 1);
  if (alike) {
    const values = runs.map((_, i) => rows.map((row) => row.values[i]).find((value) => value != null) ?? null);
    return differing(what, written(values), runs);
  }
  return rows.flatMap(({ label, values }) => differing(`${what} of ${label}`, written(values), runs));
}

/** The optimizer of the objective that last moved the group. */
function optimizerOf(run: Run | undefined, group: string): Objective['optimizer'] {
  const step = run?.steps.findLast((each) => each.groups.includes(group));
  return run?.graph?.objectives.find(({ id }) => id === step?.objective)?.optimizer ?? null;
}

function written(values: readonly (string | number | null)[]): string[] {
  const numbers = apart(values.map((value) => (typeof value === 'number' ? value : null)));
  return values.map((value, i) => (typeof value === 'string' ? value : (numbers[i] ?? UNKNOWN)));
}

function same(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= PRECISION * Math.max(Math.abs(a), Math.abs(b));
}

/** Numbers for people, with as many digits as it takes to see that they are not the same. */
function apart(values: readonly (number | null)[]): string[] {
  const numbers = values.filter((value) => value !== null);
  const texts = (write: (value: number) => string): string[] =>
    values.map((value) => (value === null ? UNKNOWN : write(value)));
  const short = texts((value) => formatNumber(Number.isFinite(value) ? value : (String(value) as 'NaN')));
  const hides = numbers.some((a) => numbers.some((b) => !same(a, b) && formatNumber(a) === formatNumber(b)));
  return hides ? texts((value) => String(Number(value.toPrecision(9)))) : short;
}
