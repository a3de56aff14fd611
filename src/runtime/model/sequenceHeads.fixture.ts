import * as tf from '@tensorflow/tfjs';

/** A recurrent trunk with a number per step, `each`, and a number per example, `last`; the same at every call. */
export function sequenceHeads() {
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
  const input = tf.input({ shape: [5, 2] });
  const rnn = { units: 3, returnSequences: true, kernelInitializer: seeded(1), recurrentInitializer: seeded(2) };
  const h = tf.layers.simpleRNN(rnn).apply(input) as tf.SymbolicTensor;
  const head = (units: tf.SymbolicTensor, name: string, seed: number): tf.SymbolicTensor =>
    tf.layers.dense({ units: 1, name, kernelInitializer: seeded(seed) }).apply(units) as tf.SymbolicTensor;
  const each = head(h, 'each', 3);
  const last = head(tf.layers.flatten().apply(h) as tf.SymbolicTensor, 'last', 4);
  const x = tf.randomNormal([4, 5, 2], 0, 1, 'float32', 5);
  const labels = {
    each: tf.randomNormal([4, 5, 1], 1, 1, 'float32', 6),
    last: tf.randomNormal([4, 1], 2, 3, 'float32', 7),
  };
  return { model: tf.model({ inputs: input, outputs: [each, last] }), x, labels };
}
