import * as tf from '@tensorflow/tfjs';

/** Normal numbers that follow from the seed. */
export const normal = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** A trunk and two heads, click and dwell. */
export function twoHeads(): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const h = tf.layers.dense({ units: 5, activation: 'relu', name: 'trunk' }).apply(input) as tf.SymbolicTensor;
  const outputs = ['click', 'dwell'].map((name) => tf.layers.dense({ units: 1, name }).apply(h) as tf.SymbolicTensor);
  return tf.model({ inputs: input, outputs, name: 'feed' });
}
