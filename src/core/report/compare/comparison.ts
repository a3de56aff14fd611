import { runLetters, type ComparedRun } from './comparedRun.ts';
import { cutDifferences, type CutDifference } from './cuts.ts';
import { setUpDifferences, type Difference } from './setUp.ts';
import { compareTasks, type ComparedTask } from './tasks.ts';

/** Several runs beside each other: what differs in how they were trained, and what became of each task. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly cuts: readonly CutDifference[];
  /** What of the differences may be chance. */
  readonly chance: string;
  readonly tasks: readonly ComparedTask[];
  /** Steps that every run observed, ascending; a run that has observed none yet is left out. */
  readonly common: readonly number[];
}

export function compareRuns(runs: readonly ComparedRun[]): Comparison {
  const tasks = compareTasks(runs);
  return {
    differences: setUpDifferences(runs, tasks),
    cuts: cutDifferences(runs),
    chance: chanceOf(runs),
    tasks,
    common: commonSteps(runs),
  };
}

function chanceOf(runs: readonly ComparedRun[]): string {
  const seeds = runs.map(({ run }) => run.header?.seed ?? null);
  const unseeded = seeds.flatMap((seed, i) => (seed === null ? [i] : []));
  const advice =
    'One run each cannot tell a change from chance: train with one and the same seed, or several times each.';
  if (unseeded.length > 0) {
    return `No seed is recorded for ${runLetters(unseeded)}. ${advice}`;
  }
  return new Set(seeds).size > 1
    ? `The seeds differ. ${advice}`
    : `All have seed ${seeds[0] ?? ''}. Whether a difference holds with other seeds, only runs with other seeds can tell.`;
}

function commonSteps(runs: readonly ComparedRun[]): number[] {
  const observed = runs.map(({ run }) => new Set(run.steps.map(({ step }) => step))).filter(({ size }) => size > 0);
  const [first = [], ...others] = observed;
  return [...first].filter((step) => others.every((steps) => steps.has(step))).sort((a, b) => a - b);
}
