import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { factsOf } from './factsOf.ts';
import { watchEachTest } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

const x = normal([8, 4], 1);
const y = normal([8, 1], 2);
const yes = normal([8, 1], 3).greater(0).toFloat();
const kinds = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3).toFloat();
const watched = watchEachTest();

const inLoop: Record<string, readonly [form: string | null, loss: (h: tf.Tensor) => tf.Tensor]> = {
  'a mean of squares': ['squaredError', (h) => tf.losses.meanSquaredError(kinds, h)],
  'a product with itself': [
    'squaredError',
    (h) =>
      tf
        .tidy(() => h.sub(kinds))
        .mul(2)
        .square()
        .mean(),
  ],
  'a mean of distances': ['absoluteError', (h) => tf.losses.absoluteDifference(kinds, h)],
  'a cross-entropy of logits': ['crossEntropy', (h) => tf.losses.softmaxCrossEntropy(kinds, h)],
  'of a sigmoid': ['crossEntropy', (h) => tf.losses.sigmoidCrossEntropy(kinds, h)],
  'written out by hand': ['crossEntropy', (h) => h.softmax().log().mul(kinds).sum(1).neg().mean()],
  'of logSoftmax': ['crossEntropy', (h) => tf.logSoftmax(h).mul(kinds).sum(1).neg().mean()],
  'a root of squares': [null, (h) => h.sub(kinds).square().mean().sqrt()],
  'squares of logarithms': [null, (h) => h.abs().add(1).log().sub(kinds).square().mean()],
  'Huber’s': [null, (h) => tf.losses.huberLoss(kinds, h)],
  'a plain mean': [null, (h) => h.mul(kinds).mean()],
};

it.each(Object.entries(inLoop))('the form of a loss is told: %s', (_, [form, loss]) => {
  const w = tf.variable(normal([4, 3], 5), true, 'w');
  const optimizer = tf.train.sgd(1e-3);
  for (let step = 0; step < 3; step++) {
    optimizer.minimize(() => loss(x.matMul(w)).mean() as tf.Scalar);
  }
  expect(factsOf(watched.lines, 'lossForm').map(({ details }) => details.form)).toEqual(form === null ? [] : [form]);
});

it('in fit, each task has its own', async () => {
  const model = twoHeads();
  model.compile({ optimizer: 'sgd', loss: ['meanAbsoluteError', 'meanSquaredError'] });
  await model.fit(x, [y, y], { epochs: 2, verbose: 0 as never });
  const names = new Map(watched.graph().terms.map(({ id, name }) => [id, name]));
  expect(factsOf(watched.lines, 'lossForm').map(({ task, details }) => [names.get(task!), details.form])).toEqual([
    ['click', 'absoluteError'],
    ['dwell', 'squaredError'],
  ]);
});

it.each([
  ['binaryCrossentropy', yes, 1],
  ['categoricalCrossentropy', kinds, 3],
  ['sparseCategoricalCrossentropy', kinds.argMax(1).toFloat().expandDims(1), 3],
] as const)('%s is a cross-entropy', async (loss, target, units) => {
  const activation = units === 1 ? 'sigmoid' : 'softmax';
  const model = tf.sequential({ layers: [tf.layers.dense({ units, activation, inputShape: [4] })] });
  model.compile({ optimizer: 'sgd', loss });
  await model.fit(x, target as tf.Tensor, { epochs: 1, verbose: 0 as never });
  expect(factsOf(watched.lines, 'lossForm').map(({ details }) => details.form)).toEqual(['crossEntropy']);
});
