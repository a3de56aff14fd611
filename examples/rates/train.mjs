// Rates: two regressions, one with targets 30 times as large as the other's, trained by plain SGD for 112 steps.
// Fault: one learning rate for all. 0.01 is far too much for the tower of `large`, whose ReLU units die (6 to 14 of 16),
// and far too little for the tower of `small`. With --groups each group of variables gets its own rate.
// See: update-to-weight ratios per group, and the gradient of `large` in its own tower falling to 0.
// One rate: error / variance near 0.9 for small (0.7 to 1.0) and 0.8 for large (0.5 to 1.0). By group: 0.45 and 0.26.
import * as tf from '@tensorflow/tfjs';
import { compileMultiTask } from 'mtl-debugger';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { epochs: { type: 'string', default: '7' }, groups: { type: 'boolean', default: false } },
});
const count = 1024;
const { x, small, large } = data(11);

const input = tf.input({ shape: [16] });
const trunk = tf.layers.dense({ units: 32, activation: 'relu', name: 'trunk' }).apply(input);
const outputs = ['small', 'large'].map((task) => {
  const tower = tf.layers.dense({ units: 16, activation: 'relu', name: `${task}_tower` }).apply(trunk);
  return tf.layers.dense({ units: 1, name: task }).apply(tower);
});
const model = tf.model({ inputs: input, outputs });

const mtl = compileMultiTask(model, {
  tasks: { small: { loss: 'meanSquaredError' }, large: { loss: 'meanSquaredError' } },
  optimizer: (learningRate) => tf.train.sgd(learningRate),
  learningRates: options.groups ? { shared: 1e-3, small: 1e-1, large: 2e-3 } : 1e-2,
});
await mtl.fit(
  x,
  { small, large },
  {
    epochs: Number(options.epochs),
    batchSize: 64,
    callbacks: {
      onEpochEnd: (epoch, { small_loss: smallLoss, large_loss: largeLoss }) =>
        console.log(`epoch ${epoch + 1}: small loss ${smallLoss.toFixed(4)}, large loss ${largeLoss.toFixed(2)}`),
    },
  },
);

const { tasks } = await mtl.evaluate(x, { small, large });
const relative = (loss, target) => (loss / tf.moments(target).variance.dataSync()[0]).toFixed(3);
console.log(
  `error / variance: small ${relative(tasks.small.loss, small)}, large ${relative(tasks.large.loss, large)}; ` +
    `dead units: small ${deadUnits('small')}, large ${deadUnits('large')} of 16`,
);
mtl.dispose();

/** Units of the task's tower that are 0 for every example. */
function deadUnits(task) {
  const tower = tf.model({ inputs: input, outputs: model.getLayer(`${task}_tower`).output });
  return tf.tidy(() => tower.predict(x).max(0).equal(0).sum().dataSync()[0]);
}

/** 16 features; each target is a line along one direction plus a wave along another. */
function data(seed) {
  let state = seed;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647; // Park and Miller's generator
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const vector = (scale) => Array.from({ length: 16 }, () => scale * normal());
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const [line1, wave1, line2, wave2] = Array.from({ length: 4 }, () => vector(1 / 4));
  const rows = Array.from({ length: count }, () => vector(1));
  return {
    x: tf.tensor2d(rows),
    small: tf.tensor2d(rows.map((row) => [dot(line1, row) + Math.sin(2 * dot(wave1, row))])),
    large: tf.tensor2d(rows.map((row) => [30 * (dot(line2, row) + Math.sin(2 * dot(wave2, row)))])),
  };
}
