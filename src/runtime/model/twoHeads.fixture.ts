import * as tf from '@tensorflow/tfjs';

/**
 * A model with a probability `click` and a number `dwell` on one trunk, the same numbers at every call, and data it can
 * learn from.
 */
export function twoHeads(change: { units?: number; regularise?: boolean; dropout?: boolean } = {}) {
  const { units = 6, regularise = false, dropout = false } = change;
  const kernelInitializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  const input = tf.input({ shape: [3], name: 'x' });
  let h = tf.layers
    .dense({
      units,
      name: 'trunk',
      activation: 'tanh',
      kernelInitializer: kernelInitializer(1),
      ...(regularise ? { kernelRegularizer: tf.regularizers.l2({ l2: 0.25 }) } : {}),
    })
    .apply(input) as tf.SymbolicTensor;
  if (dropout) {
    h = tf.layers.dropout({ rate: 0.5 }).apply(tf.layers.batchNormalization().apply(h)) as tf.SymbolicTensor;
  }
  const click = tf.layers
    .dense({ units: 1, name: 'click', activation: 'sigmoid', kernelInitializer: kernelInitializer(2) })
    .apply(h) as tf.SymbolicTensor;
  const dwell = tf.layers
    .dense({ units: 1, name: 'dwell', kernelInitializer: kernelInitializer(3) })
    .apply(h) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: [click, dwell] });
}

export function twoLabels(count: number) {
  return tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R2>([count, 3], 0, 1, 'float32', 7);
    const [first, second] = [tf.slice(x, [0, 0], [count, 1]), tf.slice(x, [0, 1], [count, 1])];
    return { x, click: tf.cast(tf.greater(first, 0), 'float32'), dwell: tf.add(tf.mul(second, 3), 2) };
  });
}

/** Every weight of the model, as numbers. */
export function weightsOf(model: tf.LayersModel): number[][] {
  return model.getWeights().map((weight) => [...weight.dataSync()]);
}
