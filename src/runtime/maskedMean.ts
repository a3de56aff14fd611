import * as tf from '@tensorflow/tfjs';
import { MtlConfigurationError } from './configuration.ts';

/**
 * The mean of `values` over the places where `mask` is not 0: a task's loss over the examples that have a label for it.
 * Where no place is left it is 0, with a gradient of 0, never NaN. What stands at the other places plays no part in the mean,
 * not even as NaN. Put a number in place of labels that are NaN before you compute with them: the gradient of what is left
 * out is 0, and 0 · NaN is NaN.
 *
 * @param values one number per example (or per step of a sequence, or per element).
 * @param mask bool or numbers, of the shape of `values`, or of its first axes: `[batch]` covers `[batch, steps]`.
 *
 * @example
 * const error = tf.squaredDifference(dwell, prediction); // [batch, 1]
 * return { click, dwell: maskedMean(error, isLabelled) };
 */
export function maskedMean(values: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const places = covering(tf.cast(mask, 'bool'), values);
    const kept = tf.where(places, values, tf.zerosLike(values));
    const count = tf.sum(tf.cast(places, 'float32'));
    return tf.div<tf.Scalar>(tf.sum(kept), tf.maximum(count, 1));
  });
}

/** The mask in the shape of `values`: axes that it lacks at the end are filled. */
function covering(mask: tf.Tensor, values: tf.Tensor): tf.Tensor {
  const fits =
    values.rank > 0 && mask.rank <= values.rank && mask.shape.every((size, axis) => size === values.shape[axis]);
  if (!fits || mask.rank === 0) {
    throw new MtlConfigurationError(
      `maskedMean(): a mask of shape [${String(mask.shape)}] does not fit values of shape [${String(values.shape)}]. ` +
        'Give it the shape of the values, or of their first axes, as in [batch] for [batch, steps].',
    );
  }
  if (mask.rank === values.rank) {
    return mask;
  }
  const ones = values.shape.slice(mask.rank).map(() => 1);
  return tf.logicalAnd(tf.reshape(mask, [...mask.shape, ...ones]), tf.ones(values.shape, 'bool'));
}
