import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { factsOf } from './factsOf.ts';
import { watchEachTest } from './inProcess.ts';
import { fit, hardSharing, twoRegressions } from './rateTrainings.ts';

const watched = watchEachTest();
afterEach(() => tf.disposeVariables());

/** Loss x^2 h / 2 of one weight: its input is 1, its target 0, and the mean of h/2 times x^2 is what is minimised. */
async function quadratic(optimizer: tf.Optimizer, h: number, steps: number): Promise<void> {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        units: 1,
        useBias: false,
        inputShape: [1],
        kernelInitializer: tf.initializers.constant({ value: 3 }),
      }),
    ],
  });
  model.compile({ optimizer, loss: 'meanSquaredError', metrics: ['mse'] });
  const x = tf.fill([4, 1], Math.sqrt(h / 2));
  for (let step = 0; step < steps; step++) {
    const told = await model.trainOnBatch(x, tf.zeros([4, 1]));
    expect(told).toHaveLength(2);
  }
}

describe('curvature along the optimizer’s own step', () => {
  it.each([0.1, 0.5, 1.5])('on h x^2 / 2 alpha is eta h - 1: eta h = %s', async (etaH) => {
    const h = 4;
    await quadratic(tf.train.sgd(etaH / h), h, 4);
    const facts = factsOf(watched.lines, 'curvature');
    expect(facts.map(({ step }) => step)).toEqual([1, 2, 4]);
    for (const { details } of facts) {
      expect(details.alpha).toBeCloseTo(etaH - 1, 4);
    }
    // Slope -eta g^2, bend eta^2 g^2 h, at x = 3.
    expect(facts[0]!.details.slope).toBeCloseTo(-(etaH / h) * (3 * h) ** 2, 3);
    expect(facts[0]!.details.bend).toBeCloseTo((etaH / h) ** 2 * (3 * h) ** 2 * h, 3);
  });

  it('under Adam it is that of Adam’s step', async () => {
    await quadratic(tf.train.adam(0.1), 4, 1);
    // Adam's first step is 0.1 long: slope 12 x 0.1, bend 0.01 x 4.
    expect(factsOf(watched.lines, 'curvature')[0]!.details.alpha).toBeCloseTo(0.04 / 1.2 - 1, 3);
  });

  it('each group has its own, told at steps that lie further and further apart', async () => {
    await fit(hardSharing(), tf.train.sgd(0.05), twoRegressions(64), 20);
    const facts = factsOf(watched.lines, 'curvature');
    expect([...new Set(facts.map(({ step }) => step))]).toEqual([1, 2, 4, 8, 16, 32]);
    expect(new Set(facts.map(({ details }) => details.group)).size).toBe(3);
  });

  it('a loss function of the script’s own is not run once more', () => {
    const w = tf.variable(tf.scalar(3));
    let calls = 0;
    for (let step = 0; step < 4; step++) {
      tf.train.sgd(0.1).minimize(() => {
        calls++;
        return w.square() as tf.Scalar;
      });
    }
    expect(calls).toBe(4);
    expect(factsOf(watched.lines, 'curvature')).toEqual([]);
  });
});

it('dropout, BatchNorm and metrics are as without: weights, averages, and no tensor left behind', async () => {
  const train = async (): Promise<{ weights: number[]; logs: unknown; tensors: number }> => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 6, inputShape: [8], kernelInitializer: tf.initializers.glorotNormal({ seed: 1 }) }),
        tf.layers.batchNormalization(),
        tf.layers.dropout({ rate: 0.3, seed: 4 }),
        tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotNormal({ seed: 2 }) }),
      ],
    });
    const { x, y } = twoRegressions(32);
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError', metrics: ['mse', 'mae'] });
    const before = tf.memory().numTensors;
    const { history } = await model.fit(x, y[0], { batchSize: 8, epochs: 3, shuffle: false, verbose: 0 as never });
    const tensors = tf.memory().numTensors - before;
    return { weights: model.getWeights().flatMap((each) => [...each.dataSync()]), logs: history, tensors };
  };
  const seen = await train();
  expect(factsOf(watched.lines, 'curvature').length).toBeGreaterThan(0);
  watched.observation.uninstall();
  expect(seen).toEqual(await train());
});
