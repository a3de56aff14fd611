import { toNumber } from '../../run/numbers.ts';
import type { Run } from '../../run/run.ts';
import type { ComparedRun } from './comparedRun.ts';

/** A validation figure and the epoch after which it was computed, counted from 1. */
export interface ValidationFigure {
  readonly value: number;
  readonly epoch: number;
}

export interface ComparedMetric {
  readonly metric: string;
  /** At the last epoch that all runs validated which have the figure, else each at its own last; null where a run has none. */
  readonly runs: readonly (ValidationFigure | null)[];
}

/** A task's validation figures, by their names. */
export function compareValidation(runs: readonly ComparedRun[], task: string): ComparedMetric[] {
  const metrics = new Set(
    runs.flatMap(({ run }) => run.validations.flatMap(({ tasks }) => Object.keys(own(tasks, task) ?? {}))),
  );
  return [...metrics].map((metric) => {
    const series = runs.map(({ run }) => figuresOf(run, task, metric));
    const epochs = series.filter((each) => each.length > 0).map((each) => new Set(each.map(({ epoch }) => epoch)));
    const common = Math.max(...[...(epochs[0] ?? [])].filter((epoch) => epochs.every((each) => each.has(epoch))));
    return {
      metric,
      runs: series.map((each) => each.findLast(({ epoch }) => epoch === common) ?? each.at(-1) ?? null),
    };
  });
}

function figuresOf(run: Run, task: string, metric: string): ValidationFigure[] {
  return run.validations.flatMap(({ epoch, tasks }) => {
    const value = own(own(tasks, task) ?? {}, metric);
    return value === undefined ? [] : [{ value: toNumber(value), epoch }];
  });
}

/** A task may have any name, so only the record's own fields count. */
function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
