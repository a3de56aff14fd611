import * as tf from '@tensorflow/tfjs';
import type { TaskLoss } from '../weighting/weighting.ts';
import type { Examples } from './data.ts';
import { labelledLoss, rowsOf, type LabelledRows } from './missingLabels.ts';
import type { CompiledTask } from './tasks.ts';

/** Runs the model as tfjs's own training does: with dropout and batch statistics if `training`. */
export function predictions(model: tf.LayersModel, inputs: readonly tf.Tensor[], training: boolean): tf.Tensor[] {
  const outputs = model.call([...inputs], training ? { training } : {});
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** The variables behind a model's weights. */
export function variablesOf(weights: tf.LayersModel['weights']): tf.Variable[] {
  return weights
    .map((weight) => weight.read())
    .filter((weight): weight is tf.Variable => weight instanceof tf.Variable);
}

/** Each task's loss as one scalar: the mean over the batch, or over what is labelled of it. */
export function taskLosses(
  tasks: readonly CompiledTask[],
  labels: readonly tf.Tensor[],
  outputs: readonly tf.Tensor[],
): TaskLoss[] {
  return tasks.map(({ name, loss, missing }, i) => {
    const [label, output] = [at(labels, i), at(outputs, i)];
    return {
      name,
      loss: missing === undefined ? scalar(loss(label, output)) : labelledLoss(name, loss, missing, label, output),
    };
  });
}

/** A loss or metric as one number: heads may differ in rank, and are averaged apart. */
export function scalar(x: tf.Tensor): tf.Scalar {
  return x.rank === 0 ? (x as tf.Scalar) : tf.mean<tf.Scalar>(x);
}

/** Every metric of every task on the labelled rows of one batch, in order; NaN where a task has no label. */
export function metricScalars(
  tasks: readonly CompiledTask[],
  { labels }: Examples,
  outputs: readonly tf.Tensor[],
  labelled: LabelledRows,
): tf.Scalar[] {
  return tasks.flatMap(({ metrics }, i) => {
    const rows = labelled[i] ?? null;
    if (metrics.length === 0 || rows?.length === 0) {
      return metrics.map(() => tf.scalar(NaN));
    }
    const [label, output] = [rowsOf(at(labels, i), rows), rowsOf(at(outputs, i), rows)];
    return metrics.map(({ compute }) => scalar(compute(label, output)));
  });
}

/** Of how many examples each figure of a batch is the average: losses of all tasks, metrics of all tasks. */
export function examplesBehind(tasks: readonly CompiledTask[], count: number, labelled: LabelledRows): number[] {
  const of = (i: number): number => labelled[i]?.length ?? count;
  return [...tasks.map((_, i) => of(i)), ...tasks.flatMap(({ metrics }, i) => metrics.map(() => of(i)))];
}

function at(tensors: readonly tf.Tensor[], i: number): tf.Tensor {
  const tensor = tensors[i];
  if (tensor === undefined) {
    throw new Error(`The model gave ${tensors.length} outputs; output ${i} is missing.`);
  }
  return tensor;
}
