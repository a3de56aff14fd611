import type { CompiledTask } from './tasks.ts';

/** The figures of an epoch or an evaluation: what was minimised, and what each task did. */
export interface Evaluation<Task extends string = string> {
  /** Weighted losses, terms of the weighting, regularisers: what training minimises. */
  readonly loss: number;
  /** The sum of the model's regularisers; 0 without any. */
  readonly regularisation: number;
  /** By task: `loss` (unweighted) and each metric. */
  readonly tasks: Readonly<Record<Task, TaskFigures>>;
}

export interface TaskFigures extends Readonly<Record<string, number>> {
  readonly loss: number;
}

/** What `fit` and `fitDataset` return. */
export interface MultiTaskHistory {
  /** The epochs that were run, from 0. */
  readonly epoch: readonly number[];
  /**
   * One number per epoch: `loss`, `<task>_loss`, `<task>_<metric>`, `regularisation` if the model has regularisers,
   * and the same with `val_` in front on the validation data.
   */
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** Why training ended before its last epoch; null if it did not. */
  readonly stopped: { readonly monitor: string; readonly bestEpoch: number; readonly best: number } | null;
}

/** The keys that a history will have. */
export function historyKeys(tasks: readonly CompiledTask[], regularised: boolean, validated: boolean): string[] {
  const keys = ['loss', ...tasks.map(({ name }) => `${name}_loss`)];
  keys.push(...tasks.flatMap(({ name, metrics }) => metrics.map((metric) => `${name}_${metric.name}`)));
  if (regularised) {
    keys.push('regularisation');
  }
  return validated ? [...keys, ...keys.map((key) => `val_${key}`)] : keys;
}

/** The same figures as one flat record, for histories and callbacks. */
export function flat(
  { loss, regularisation, tasks }: Evaluation,
  regularised: boolean,
  prefix = '',
): Record<string, number> {
  const logs: Record<string, number> = { [`${prefix}loss`]: loss };
  for (const [task, figures] of Object.entries(tasks)) {
    for (const [figure, value] of Object.entries(figures)) {
      logs[`${prefix}${task}_${figure}`] = value;
    }
  }
  return regularised ? { ...logs, [`${prefix}regularisation`]: regularisation } : logs;
}

/** Averages of a batch's figures, each counting as many times as there are examples behind it. */
export class Averages {
  readonly #sums: number[] = [];
  readonly #counts: number[] = [];

  add(values: readonly number[], examples: readonly number[]): void {
    values.forEach((value, i) => {
      const count = examples[i] ?? 0;
      // A figure of no example, which may be NaN, plays no part.
      this.#sums[i] = (this.#sums[i] ?? 0) + (count === 0 ? 0 : value * count);
      this.#counts[i] = (this.#counts[i] ?? 0) + count;
    });
  }

  /** Examples behind each figure. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  /** NaN for a figure that no example is behind. */
  get values(): number[] {
    return this.#sums.map((sum, i) => sum / (this.#counts[i] ?? 0));
  }
}

/** Splits a list of numbers as `losses of all tasks, metrics of all tasks` into figures by task. */
export function figuresByTask(
  tasks: readonly CompiledTask[],
  losses: readonly number[],
  metrics: readonly number[],
): Record<string, TaskFigures> {
  let next = 0;
  return Object.fromEntries(
    tasks.map((task, i) => [
      task.name,
      {
        ...Object.fromEntries(task.metrics.map(({ name }) => [name, metrics[next++] ?? NaN])),
        loss: losses[i] ?? NaN,
      },
    ]),
  );
}
