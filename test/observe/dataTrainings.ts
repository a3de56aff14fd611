import * as tf from '@tensorflow/tfjs';
import { normal } from './twoHeads.ts';

export const rows = 32;
/** Inputs, two targets, and class ids of three classes. */
export const [x, click, dwell] = [normal([rows, 4], 1), normal([rows, 1], 2), normal([rows, 1], 3)] as const;
export const ids = Int32Array.from({ length: rows }, (_, row) => row % 3);

export const weights = (...shapes: number[][]): tf.Variable[] =>
  shapes.map((shape, seed) => tf.variable(normal(shape, 10 + seed).mul(0.3)));

/** A trunk with a scalar head `near` and a head `kind` of three classes. */
export function classifier(activation: 'softmax' | 'linear'): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const h = tf.layers.dense({ units: 5, name: 'base' }).apply(input);
  const near = tf.layers.dense({ units: 1, name: 'near' }).apply(h) as tf.SymbolicTensor;
  const kind = tf.layers.dense({ units: 3, activation, name: 'kind' }).apply(h) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: [near, kind], name: 'classifier' });
}
