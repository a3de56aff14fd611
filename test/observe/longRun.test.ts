import * as tf from '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { compileMultiTask, multiTaskOptimizer, stopGradient } from 'mtl-debugger';
import { afterEach, expect, it } from 'vitest';
import { chooseBackend } from '../../src/trainer/backend/chooseBackend.ts';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal } from './twoHeads.ts';

const require = createRequire(import.meta.url);
let watched: Watched | null = null;
afterEach(() => watched?.observation.uninstall());

/** A picture, and words with padding: convolution, embedding with maskZero and a GRU, a penalty, a frozen layer. */
function mixedModel(): tf.LayersModel {
  const [picture, words] = [tf.input({ shape: [5, 5, 1] }), tf.input({ shape: [3] })];
  const patches = tf.layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu' }).apply(picture);
  const seen = tf.layers.flatten().apply(patches) as tf.SymbolicTensor;
  const embedded = tf.layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true }).apply(words);
  const read = tf.layers.gru({ units: 3 }).apply(embedded) as tf.SymbolicTensor;
  const both = tf.layers.concatenate().apply([seen, read]);
  const kernelRegularizer = tf.regularizers.l2({ l2: 0.01 });
  const frozen = tf.layers.dense({ units: 4, trainable: false }).apply(both);
  const h = tf.layers.dense({ units: 4, activation: 'tanh', kernelRegularizer }).apply(frozen);
  const outputs = ['kind', 'size'].map((name) => tf.layers.dense({ units: 1, name }).apply(h) as tf.SymbolicTensor);
  return tf.model({ inputs: [picture, words], outputs });
}

it('no tensor is left after 1,000 observed steps of several models, losses and optimizers', async () => {
  await chooseBackend('wasm', tf, { load: (specifier) => require(specifier) as unknown });
  const [fitted, compiled] = [mixedModel(), mixedModel()];
  fitted.compile({ optimizer: tf.train.adam(1e-3), loss: 'meanSquaredError' });
  const inputs = [normal([4, 5, 5, 1], 1), tf.tensor2d([0, 1, 2, 3, 4, 0, 0, 0, 1, 1, 2, 2], [4, 3])];
  const [kind, size] = [normal([4, 1], 2), tf.tensor2d([1, NaN, NaN, 3], [4, 1])];
  const mtl = compileMultiTask(compiled, {
    tasks: { kind: { loss: 'meanSquaredError' }, size: { loss: 'meanAbsoluteError', missing: NaN } },
    optimizer: (rate) => tf.train.momentum(rate, 0.9),
    learningRates: 1e-3,
    clipNorm: 0.1,
  });
  const x = normal([6, 3], 3);
  const [trunk, a, b] = [
    tf.variable(normal([3, 8], 4)),
    tf.variable(normal([4, 1], 5)),
    tf.variable(normal([4, 1], 6)),
  ];
  const halves = (): [tf.Tensor, tf.Tensor] => tf.split(x.matMul(trunk).tanh(), 2, 1) as [tf.Tensor, tf.Tensor];
  const own = multiTaskOptimizer({
    optimizer: (rate) => tf.train.adam(rate),
    learningRates: 1e-3,
    weights: { a: 1, b: 5 },
    variables: [trunk, a, b],
  });
  const alternating = tf.train.rmsprop(1e-3);
  const round = async (): Promise<void> => {
    tf.dispose(await fitted.trainOnBatch(inputs, [kind, kind]));
    mtl.step(inputs, { kind, size });
    own.step(null, () => {
      const [left, right] = halves();
      return {
        a: left.matMul(a).square().mean(),
        b: right.concat(stopGradient(left), 1).slice([0, 0], [6, 4]).matMul(b).abs().mean(),
      };
    });
    alternating.minimize(() => halves()[0].matMul(a).sub(1).square().mean(), false, [trunk, a]);
    alternating.minimize(() => halves()[1].matMul(b).mul(halves()[0].matMul(a)).mean(), false, [trunk, b]);
  };
  watched = watchThisProcess(1);
  for (let step = 0; step < 5; step++) {
    await round();
  }
  const before = tf.memory();
  for (let step = 5; step < 200; step++) {
    await round();
  }
  // From step 500 on the record has room for every second one's gradients; the losses of all are read.
  expect(watched.observation.steps).toBe(1000);
  expect(watched.observation.observed).toBeGreaterThanOrEqual(700);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  expect(tf.memory().numBytes).toBe(before.numBytes);
});
