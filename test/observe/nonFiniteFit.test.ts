import * as tf from '@tensorflow/tfjs';
import { data, expectTold, forward, spoilt, steps, type SpoiltTraining } from './nonFinite.ts';
import { normal } from './twoHeads.ts';

/** A model with the heads click and dwell on a trunk; one step for each batch. */
async function fit(
  spoil: (step: number, x: Float32Array, click: Float32Array) => void,
  settings: { readonly loss?: tf.ModelCompileArgs['loss']; readonly kernel?: number } = {},
): Promise<void> {
  const input = tf.input({ shape: [4] });
  const kernelInitializer =
    settings.kernel === undefined ? 'glorotNormal' : tf.initializers.constant({ value: settings.kernel });
  const trunk = tf.layers.dense({ units: 5, name: 'trunk', kernelInitializer }); // @layer
  const h = trunk.apply(input) as tf.SymbolicTensor;
  const outputs = ['click', 'dwell'].map((name) => tf.layers.dense({ units: 1, name }).apply(h) as tf.SymbolicTensor);
  const model = tf.model({ inputs: input, outputs, name: 'feed' });
  model.compile({ optimizer: tf.train.sgd(1e-3), loss: settings.loss ?? 'meanSquaredError' });
  const [x, click] = [new Float32Array(steps * 32), new Float32Array(steps * 8)];
  for (let step = 1; step <= steps; step++) {
    const [rows, labels] = [x.subarray((step - 1) * 32, step * 32), click.subarray((step - 1) * 8, step * 8)];
    rows.set(normal([8, 4], step).dataSync());
    spoil(step, rows, labels);
  }
  const y = [tf.tensor2d(click, [steps * 8, 1]), normal([steps * 8, 1], 20)];
  await model.fit(tf.tensor2d(x, [steps * 8, 4]), y, { batchSize: 8, shuffle: false, verbose: 0 as never }); // @fit
}

const cases: Record<string, SpoiltTraining> = {
  'a custom loss': {
    train: () => {
      const logarithm = (_: tf.Tensor, prediction: tf.Tensor): tf.Tensor => prediction.sub(1e4).log().mean(); // @customLoss
      return fit(() => undefined, { loss: ['meanSquaredError', logarithm as never] });
    },
    step: 1,
    task: 'dwell',
    cause: forward('Log'),
    at: ['customLoss', '.log('],
    message: /At step 1, for the first time, the loss of dwell is NaN\. It was born in Log/,
  },
  'a label that is no number': {
    train: () =>
      fit((step, _, click) => {
        click[3] = step === spoilt ? NaN : 0;
      }),
    task: 'click',
    cause: data('Sub'),
    at: ['fit', '.fit('],
    message: /the loss of click is NaN\. What Sub was given is not finite already: look at the batch/,
  },
  'a feature that is infinite': {
    train: () =>
      fit((step, x) => {
        x[5] = step === spoilt ? Infinity : 0;
      }),
    task: 'click',
    cause: data('Reshape', 'trunk'),
    at: ['layer', '.dense('],
    message: /What Reshape in layer trunk was given is not finite already/,
  },
  'a layer whose output overflows': {
    train: () => fit((step, x) => x.fill(step === spoilt ? 1e20 : 0), { kernel: 1e20 }),
    task: 'click',
    cause: forward('fusedMatMul', 'trunk'),
    at: ['layer', '.dense('],
    message: /It was born in fusedMatMul in layer trunk, from finite numbers/,
  },
};

expectTold(import.meta.url, cases, () => fit(() => undefined));
