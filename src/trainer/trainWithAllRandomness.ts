// For tests: one small training that draws from everything that tfjs draws at random.
import type * as Tf from '@tensorflow/tfjs';

/** @returns the trained weights: initialisers, dropout and the shuffle of `fit` all had their part in them */
export async function trainWithAllRandomness(tf: typeof Tf): Promise<number[]> {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 6, activation: 'tanh', inputShape: [3] }),
      tf.layers.dropout({ rate: 0.4 }),
      tf.layers.dense({ units: 1, kernelInitializer: 'randomNormal' }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  const x = tf.tidy(() => tf.sin(tf.reshape(tf.range(0, 60), [20, 3])));
  const y = tf.tidy(() => tf.sum(x, 1, true));
  await model.fit(x, y, { epochs: 3, batchSize: 5, shuffle: true });
  const weights = model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
  tf.dispose([x, y]);
  model.dispose();
  return weights;
}
