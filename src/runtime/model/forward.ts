import * as tf from '@tensorflow/tfjs';
import type { TaskLoss } from '../weighting/weighting.ts';
import type { Examples } from './data.ts';
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

/** Each task's loss as one scalar: the mean over the batch. */
export function taskLosses(
  tasks: readonly CompiledTask[],
  labels: readonly tf.Tensor[],
  outputs: readonly tf.Tensor[],
): TaskLoss[] {
  return tasks.map(({ name, loss }, i) => ({ name, loss: scalar(loss(at(labels, i), at(outputs, i))) }));
}

/** A loss or metric as one number: heads may differ in rank, and are averaged apart. */
export function scalar(x: tf.Tensor): tf.Scalar {
  return x.rank === 0 ? (x as tf.Scalar) : tf.mean<tf.Scalar>(x);
}

/** Every metric of every task on one batch, in order. */
export function metricScalars(
  tasks: readonly CompiledTask[],
  { labels }: Examples,
  outputs: readonly tf.Tensor[],
): tf.Scalar[] {
  return tasks.flatMap(({ metrics }, i) =>
    metrics.map(({ compute }) => scalar(compute(at(labels, i), at(outputs, i)))),
  );
}

function at(tensors: readonly tf.Tensor[], i: number): tf.Tensor {
  const tensor = tensors[i];
  if (tensor === undefined) {
    throw new Error(`The model gave ${tensors.length} outputs; output ${i} is missing.`);
  }
  return tensor;
}
