import * as tf from '@tensorflow/tfjs';
import { read } from '../stepResult.ts';
import type { Weighting } from '../weighting/weighting.ts';
import type { Examples } from './data.ts';
import { examplesBehind, metricScalars, predictions, scalar, taskLosses } from './forward.ts';
import { Averages, figuresByTask, type Evaluation } from './history.ts';
import { labelledRows, rowsOf, type LabelledRows } from './missingLabels.ts';
import type { CompiledTask } from './tasks.ts';

/**
 * Losses and metrics of every task by itself, without dropout and with the layers' moving averages.
 *
 * Losses, and metrics that give one number per example, are averaged over all examples that have a label. A metric that gives one number
 * per batch (precision, R², a function of the user's own that does) is no average of batches: it is computed once, on
 * all examples together, for which labels and predictions of that task are kept until the end.
 *
 * @param batches disposed one by one as they are used.
 */
export async function evaluateTasks(
  model: tf.LayersModel,
  tasks: readonly CompiledTask[],
  weighting: Weighting,
  batches: AsyncIterable<Examples> | Iterable<Examples>,
): Promise<Evaluation> {
  const averages = new Averages();
  const whole = new WholeSetMetrics(tasks);
  const figures = (batch: Examples, labelled: LabelledRows): tf.Scalar[] =>
    tf.tidy(() => {
      const outputs = predictions(model, batch.inputs, false);
      const losses = taskLosses(tasks, batch.labels, outputs).map(({ loss }) => loss);
      whole.add(batch.labels, outputs, labelled);
      return [...losses, ...metricScalars(tasks, batch, outputs, labelled)];
    });
  try {
    for await (const batch of batches) {
      try {
        const labelled = await labelledRows(tasks, batch.labels);
        const values = await read(figures(batch, labelled));
        averages.add(values, examplesBehind(tasks, batch.count, labelled));
      } finally {
        batch.dispose();
      }
    }
    const { values } = averages;
    const losses = values.slice(0, tasks.length);
    const metrics = await whole.instead(values.slice(tasks.length));
    // A task without any label adds nothing to the total, though it has no loss of its own.
    const added = losses.map((loss, i) => (averages.counts[i] === 0 ? 0 : loss));
    const [loss = NaN, ...regularisers] = await read(totalOf(model, tasks, weighting, added));
    const regularisation = regularisers.reduce((sum, term) => sum + term, 0);
    return { loss, regularisation, tasks: figuresByTask(tasks, losses, metrics) };
  } finally {
    whole.dispose();
  }
}

function totalOf(
  model: tf.LayersModel,
  tasks: readonly CompiledTask[],
  weighting: Weighting,
  losses: readonly number[],
): tf.Scalar[] {
  return tf.tidy(() => {
    const regularisers = model.calculateLosses();
    const weighted = weighting.total(tasks.map(({ name }, i) => ({ name, loss: tf.scalar(losses[i] ?? NaN) })));
    return [regularisers.reduce<tf.Scalar>((sum, term) => tf.add(sum, term), weighted), ...regularisers];
  });
}

/** Keeps labels and predictions of the tasks that have a metric over all examples. */
class WholeSetMetrics {
  readonly #tasks: readonly CompiledTask[];
  readonly #kept = new Map<number, { labels: tf.Tensor[]; outputs: tf.Tensor[]; perExample: boolean[] }>();

  constructor(tasks: readonly CompiledTask[]) {
    this.#tasks = tasks;
  }

  /** Call it inside a tidy. */
  add(labels: readonly tf.Tensor[], outputs: readonly tf.Tensor[], labelled: LabelledRows): void {
    this.#tasks.forEach(({ metrics }, i) => {
      const [allLabels, allOutputs, rows = null] = [labels[i], outputs[i], labelled[i]];
      if (allLabels === undefined || allOutputs === undefined || metrics.length === 0 || rows?.length === 0) {
        return;
      }
      const [label, output] = [rowsOf(allLabels, rows), rowsOf(allOutputs, rows)];
      let kept = this.#kept.get(i);
      if (kept === undefined) {
        const perExample = metrics.map(({ compute }) => compute(label, output).rank > 0);
        kept = { labels: [], outputs: [], perExample };
        this.#kept.set(i, kept);
      }
      if (kept.perExample.includes(false)) {
        kept.labels.push(tf.keep(tf.clone(label)));
        kept.outputs.push(tf.keep(tf.clone(output)));
      }
    });
  }

  /** The metrics of all tasks: those over all examples computed, the others as they are in `averaged`. */
  async instead(averaged: readonly number[]): Promise<number[]> {
    const metrics = [...averaged];
    let next = 0;
    for (const [i, task] of this.#tasks.entries()) {
      const first = next;
      next += task.metrics.length;
      const kept = this.#kept.get(i);
      if (kept?.perExample.includes(false) === true) {
        const values = await read(
          tf.tidy(() => {
            const [labels, outputs] = [tf.concat(kept.labels), tf.concat(kept.outputs)];
            return task.metrics.map(({ compute }) => scalar(compute(labels, outputs)));
          }),
        );
        values.forEach((value, metric) => {
          if (kept.perExample[metric] === false) {
            metrics[first + metric] = value;
          }
        });
      }
    }
    return metrics;
  }

  dispose(): void {
    for (const { labels, outputs } of this.#kept.values()) {
      tf.dispose([labels, outputs]);
    }
    this.#kept.clear();
  }
}
