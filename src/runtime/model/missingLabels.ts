import * as tf from '@tensorflow/tfjs';
import { MtlConfigurationError } from '../configuration.ts';
import { maskedMean } from '../maskedMean.ts';

/**
 * Which labels are missing: the number that stands for "no label", NaN as well as another, or a function that tells, from a
 * task's labels, where they are missing (true, or not 0): `[batch]`, `[batch, steps]`, or in the labels' own shape.
 */
export type MissingLabels = number | ((labels: tf.Tensor) => tf.Tensor);

export function checkMissing(place: string, missing: unknown): void {
  if (missing !== undefined && typeof missing !== 'number' && typeof missing !== 'function') {
    throw new MtlConfigurationError(
      `${place} is ${typeof missing}. Valid: the number that stands for "no label", as in NaN or -1, or a function of the labels ` +
        'that is true where they are missing.',
    );
  }
}

/**
 * Where a task has labels: one bool per example, or per step of a sequence (the labels' shape without the last axis). Of an
 * example whose label is a vector, one missing element is enough. Call it inside a tidy.
 */
export function labelledPlaces(name: string, missing: MissingLabels, labels: tf.Tensor): tf.Tensor {
  const absent = absentPlaces(missing, labels);
  const shape = labels.shape.slice(0, -1);
  const isElementwise = absent.rank === labels.rank;
  const fits = absent.rank > 0 && absent.shape.every((size, axis) => size === labels.shape[axis]);
  if (!fits || absent.rank > labels.rank) {
    throw new MtlConfigurationError(
      `tasks.${name}.missing returned shape [${String(absent.shape)}] for labels of shape [${String(labels.shape)}]. ` +
        `Return the labels' shape, or its first axes, as in [${String(shape)}].`,
    );
  }
  const places = isElementwise ? tf.any(absent, -1) : absent;
  const ones = shape.slice(places.rank).map(() => 1);
  const filled = tf.logicalOr(tf.reshape(places, [...places.shape, ...ones]), tf.zeros(shape, 'bool'));
  return tf.logicalNot(filled);
}

function absentPlaces(missing: MissingLabels, labels: tf.Tensor): tf.Tensor {
  if (typeof missing === 'function') {
    return tf.cast(missing(labels), 'bool');
  }
  return Number.isNaN(missing) ? tf.isNaN(tf.cast(labels, 'float32')) : tf.equal(labels, missing);
}

/** The labels with 0 in place of those that are missing, so that no NaN enters the loss. */
function withoutMissing(labels: tf.Tensor, places: tf.Tensor): tf.Tensor {
  return tf.where(
    tf.logicalAnd(tf.expandDims(places, -1), tf.ones(labels.shape, 'bool')),
    labels,
    tf.zerosLike(labels),
  );
}

/** A task's loss over the examples that have a label: the mean over those, 0 where there is none. */
export function labelledLoss(
  name: string,
  loss: (labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor,
  missing: MissingLabels,
  labels: tf.Tensor,
  output: tf.Tensor,
): tf.Scalar {
  const places = labelledPlaces(name, missing, labels);
  const values = loss(withoutMissing(labels, places), output);
  if (values.rank === 0) {
    throw new MtlConfigurationError(
      `tasks.${name} has missing labels, but its loss gives one number for the whole batch, so the examples without a label cannot ` +
        'be left out. Return one number per example, as in tf.mean(error, -1).',
    );
  }
  // A loss of fewer axes than the labels' places (one number per sequence) needs every step of an example.
  const axes = places.shape.slice(values.rank).map((_, i) => values.rank + i);
  return maskedMean(values, axes.length === 0 ? places : tf.all(places, axes));
}

/** Per task: which rows have a label, counted over examples or steps; null for a task that misses none. */
export type LabelledRows = readonly (Int32Array | null)[];

/** Reads from the labels which rows are labelled: metrics see those alone, and averages count them. */
export async function labelledRows(
  tasks: readonly { readonly name: string; readonly missing: MissingLabels | undefined }[],
  labels: readonly tf.Tensor[],
): Promise<LabelledRows> {
  return await Promise.all(
    tasks.map(async ({ name, missing }, i) => {
      const label = labels[i];
      if (missing === undefined || label === undefined) {
        return null;
      }
      const places = tf.tidy(() => labelledPlaces(name, missing, label));
      const values = await places.data();
      places.dispose();
      return Int32Array.from([...values.keys()].filter((row) => values[row] !== 0));
    }),
  );
}

/** The rows of `tensor` that have a label; the steps of sequences become rows. Call it inside a tidy. */
export function rowsOf(tensor: tf.Tensor, rows: Int32Array | null): tf.Tensor {
  if (rows === null) {
    return tensor;
  }
  const width = tensor.shape.at(-1) ?? 1;
  return tf.gather(tf.reshape(tensor, [-1, width]), tf.tensor1d(rows, 'int32'));
}
