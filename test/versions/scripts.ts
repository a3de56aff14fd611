/**
 * Scripts of two tasks whose numbers depend on nothing but arithmetic: every release of tfjs starts from the same weights and
 * the same data. Each prints how many tensors its training leaves, its weights' bits,
 * and the losses of every step as tfjs gives them.
 */
const opening = `
import * as tf from '@tensorflow/tfjs';
import { createHash } from 'node:crypto';

const numbers = (shape, seed, scale = 1) => {
  let state = seed >>> 0;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => scale * next()), shape);
};
const bitsOf = (tensors) => {
  const digest = createHash('sha256');
  for (const tensor of tensors) digest.update(new Uint8Array(tensor.dataSync().slice().buffer));
  return digest.digest('hex');
};
let before = 0;
const trains = () => (before = tf.memory().numTensors);
const trained = (weights, losses) => {
  console.log('trained', tf.getBackend(), 'tensors', tf.memory().numTensors - before, 'weights', bitsOf(weights));
  console.log('losses', JSON.stringify(losses));
};
`;

/** Dense and regularised, or with convolutions and a recurrent layer, which train on wasm only with the debugger's kernels. */
const fit = (inputShape: string, layers: string): string => `${opening}
const input = tf.input({ shape: ${inputShape} });
const trunk = [${layers}].reduce((h, layer) => layer.apply(h), input);
const outputs = ['click', 'dwell'].map((name) => tf.layers.dense({ units: 1, name }).apply(trunk));
const model = tf.model({ inputs: input, outputs });
model.setWeights(model.getWeights().map(({ shape }, i) => numbers(shape, i + 1, 0.4)));
model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
const [x, click, dwell] = [[32, ...${inputShape}], [32, 1], [32, 1]].map((shape, i) => numbers(shape, 100 + i));
trains();
const losses = [];
const onBatchEnd = (batch, { loss, click_loss, dwell_loss }) => losses.push([loss, click_loss, dwell_loss]);
await model.fit(x, [click, dwell], { epochs: 2, batchSize: 8, shuffle: false, verbose: 0, callbacks: { onBatchEnd } });
trained(model.getWeights(), losses);
`;

export const scripts = {
  fit: fit(
    '[6]',
    `tf.layers.dense({ units: 8, activation: 'tanh', kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }) }),
     tf.layers.dense({ units: 6, activation: 'sigmoid' })`,
  ),
  convolutions: fit(
    '[8, 8, 2]',
    `tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
     tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
     tf.layers.batchNormalization(),
     tf.layers.maxPooling2d({ poolSize: 2 }),
     tf.layers.reshape({ targetShape: [2, 8] }),
     tf.layers.gru({ units: 4 })`,
  ),
  loop: `${opening}
const x = numbers([16, 5], 1);
const [clicks, dwells] = [numbers([16, 1], 2), numbers([16, 1], 3)];
const trunk = tf.variable(numbers([5, 4], 4), true, 'trunk');
const heads = ['click', 'dwell'].map((name, i) => tf.variable(numbers([4, 1], 5 + i), true, name));
const optimizer = tf.train.momentum(0.01, 0.9);
trains();
const losses = [];
for (let step = 0; step < 6; step++) {
  const total = optimizer.minimize(() => {
    const h = x.matMul(trunk).tanh();
    const click = tf.losses.meanSquaredError(clicks, h.matMul(heads[0]));
    const dwell = tf.losses.huberLoss(dwells, h.matMul(heads[1]));
    return click.add(dwell.mul(10));
  }, true);
  losses.push([total.dataSync()[0]]);
  total.dispose();
}
trained([trunk, ...heads], losses);
`,
} as const;
