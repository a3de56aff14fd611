import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineInternals } from '../tape/engineInternals.ts';
import { classNameOf } from '../calls/optimizerCalls.ts';
import { diagonalOf, optimizerMetric } from './optimizerMetric.ts';

const engine = engineInternals(tf);
const rate = 0.05;
const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(rate),
  // Without first moments the update is the metric times the gradient: what the metric can be held against.
  'adam, beta1 = 0': () => tf.train.adam(rate, 0, 0.9),
  'adamax, beta1 = 0': () => tf.train.adamax(rate, 0, 0.9),
  rmsprop: () => tf.train.rmsprop(rate, 0.8),
  'rmsprop, centred': () => tf.train.rmsprop(rate, 0.8, 0, 1e-3, true),
  adagrad: () => tf.train.adagrad(rate, 0.2),
  adadelta: () => tf.train.adadelta(rate, 0.9, 1e-4),
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe("the optimizer's metric is what the next update scales the gradient by", () => {
  it.each(Object.keys(optimizers))('%s, over 5 steps', (name) => {
    const optimizer = optimizers[name]!();
    const bystander = tf.variable(tf.zeros([2]));
    const weights = tf.variable(tf.zeros([6]));
    for (let step = 1; step <= 5; step++) {
      const gradient = tf.randomNormal([6], 0, 1, 'float32', 40 + step);
      const values = gradient.dataSync<'float32'>();
      const metric = optimizerMetric(engine, optimizer, classNameOf(optimizer), 1, gradient);
      const diagonal = metric === null || metric === 'identity' ? null : diagonalOf(engine, metric);
      const before = Array.from(weights.dataSync());
      optimizer.applyGradients([
        { name: bystander.name, tensor: tf.ones([2]) },
        { name: weights.name, tensor: gradient },
      ]);
      const after = weights.dataSync();
      for (const [k, g] of values.entries()) {
        const p = metric === 'identity' ? 1 : diagonal![k]!;
        const [expected, actual] = [-rate * p * g, after[k]! - before[k]!];
        if (Number.isFinite(actual)) {
          expect(Math.abs(actual - expected), `step ${step}, element ${k}`).toBeLessThan(
            2e-4 * Math.abs(expected) + 1e-6,
          );
        }
      }
      expect(after.some(Number.isFinite)).toBe(true);
    }
  });

  it('is not known for an optimizer of the script', () => {
    expect(optimizerMetric(engine, {}, 'Lion', 0, tf.tensor1d([1, 2]))).toBeNull();
  });
});
