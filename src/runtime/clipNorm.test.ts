import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../test/random.ts';
import { clippedByGlobalNorm } from './clipNorm.ts';
import { compileMultiTask } from './model/compileMultiTask.ts';
import { twoHeads, twoLabels, weightsOf } from './model/twoHeads.fixture.ts';
import { multiTaskOptimizer } from './multiTaskOptimizer.ts';
import { twoTowers } from './twoTowers.fixture.ts';
import { uncertainty } from './weighting/uncertainty.ts';

const adam = (rate: number): tf.Optimizer => tf.train.adam(rate);
const sgd = (rate: number): tf.Optimizer => tf.train.sgd(rate);

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

/** The formula in plain numbers. */
function clippedPlainly(rows: readonly number[][], limit: number): number[][] {
  const norm = Math.sqrt(rows.flat().reduce((sum, value) => sum + value * value, 0));
  return norm > limit ? rows.map((row) => row.map((value) => (value * limit) / norm)) : rows.map((row) => [...row]);
}

const rowsIn = (gradients: tf.NamedTensorMap): number[][] =>
  Object.values(gradients).map((gradient) => [...gradient.dataSync()]);

describe('clipping by the global norm', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is the formula, for any shapes and scales (seed %s)', (seed) => {
    const random = seededRandom(seed);
    const gradients = Object.fromEntries(
      Array.from({ length: 1 + random.index(5) }, (_, k) => {
        const shape = [1 + random.index(4), 1 + random.index(5)];
        return [`v${k}`, tf.randomNormal(shape, 0, 10 ** (random.index(9) - 4), 'float32', 10 * seed + k)] as const;
      }),
    );
    const rows = rowsIn(gradients);
    const norm = Math.sqrt(rows.flat().reduce((sum, value) => sum + value * value, 0));
    for (const limit of [norm * (0.01 + random.next()), norm * (1.01 + random.next())]) {
      const clipped = clippedByGlobalNorm(gradients, limit);
      expect(Object.keys(clipped)).toEqual(Object.keys(gradients));
      const expected = clippedPlainly(rows, limit);
      for (const [k, row] of rowsIn(clipped).entries()) {
        row.forEach((value, i) => {
          expect(Math.abs(value - expected[k]![i]!)).toBeLessThanOrEqual(1e-6 * limit);
        });
      }
      if (limit > norm) {
        expect(rowsIn(clipped), 'below the limit, to the bit').toEqual(rows);
      }
    }
  });

  it('where the norm overflows, finite gradients become 0 rather than NaN', () => {
    const gradients = { large: tf.tensor1d([1e30, -2e30]), small: tf.scalar(1) };
    const rows = rowsIn(clippedByGlobalNorm(gradients, 1)).flat();
    expect(rows.map((value) => Math.abs(value))).toEqual([0, 0, 0]);
  });

  it('a gradient of zeros stays zero, and nothing to clip is nothing', () => {
    expect(rowsIn(clippedByGlobalNorm({ v: tf.zeros([3]) }, 1))).toEqual([[0, 0, 0]]);
    expect(clippedByGlobalNorm({}, 1)).toEqual({});
  });
});

/** Trains by hand: one gradient, clipped in plain numbers, one optimizer per variable. */
function trainByHand(net: ReturnType<typeof twoTowers>, rates: readonly number[], limit: number, steps: number): void {
  const own = rates.map((rate) => adam(rate));
  for (let step = 0; step < steps; step++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const { a, b } = net.losses();
        return tf.add(a, tf.mul(b, 0.01));
      }, [...net.variables]);
      const rows = clippedPlainly(
        net.variables.map(({ name }) => [...grads[name]!.dataSync()]),
        limit,
      );
      net.variables.forEach(({ name, shape }, i) => {
        own[i]!.applyGradients([{ name, tensor: tf.tensor(rows[i]!, shape) }]);
      });
    });
  }
}

describe('training with clipNorm', () => {
  it('multiTaskOptimizer equals a loop by hand, over all groups together', () => {
    const [ours, byHand, unclipped] = [twoTowers(), twoTowers(), twoTowers()];
    const rates = { shared: 1e-2, a: 2e-2, b: 5e-3 };
    const train = (net: ReturnType<typeof twoTowers>, clipNorm?: number): void => {
      const optimizer = multiTaskOptimizer({
        optimizer: adam,
        learningRates: rates,
        weights: { a: 1, b: 0.01 },
        variables: net.variables,
        ...(clipNorm === undefined ? {} : { clipNorm }),
      });
      for (let step = 0; step < 20; step++) {
        optimizer.step(null, net.losses);
      }
    };
    train(ours, 0.05);
    trainByHand(byHand, [1e-2, 2e-2, 5e-3], 0.05, 20);
    train(unclipped);
    const difference = (a: number[][], b: number[][]): number =>
      Math.max(...a.flatMap((row, i) => row.map((value, k) => Math.abs(value - b[i]![k]!))));
    expect(difference(ours.weights(), byHand.weights())).toBeLessThanOrEqual(1e-6);
    expect(difference(unclipped.weights(), byHand.weights())).toBeGreaterThan(1e-3);
  });

  it('under SGD a step of compileMultiTask is at most rate times clipNorm long, regularisers included', () => {
    const { x, ...y } = twoLabels(16);
    const model = twoHeads({ regularise: true });
    const before = weightsOf(model).flat();
    const tasks = { click: { loss: 'binaryCrossentropy' }, dwell: { loss: 'meanSquaredError' } } as const;
    compileMultiTask(model, { tasks, optimizer: sgd, learningRates: 0.5, clipNorm: 0.25 }).step(x, y);
    const change = weightsOf(model)
      .flat()
      .reduce((sum, weight, i) => sum + (weight - before[i]!) ** 2, 0);
    expect(Math.sqrt(change)).toBeCloseTo(0.5 * 0.25, 6);
  });

  it('the variables of a weighting are part of the gradient that is clipped', () => {
    const net = twoTowers();
    const weighting = uncertainty({ learningRate: 1 });
    const optimizer = multiTaskOptimizer({
      optimizer: sgd,
      learningRates: 1,
      weights: { a: 1, b: 1 },
      weighting,
      variables: net.variables,
      clipNorm: 0.1,
    });
    const before = net.weights().flat();
    optimizer.step(null, net.losses);
    const moved = [
      ...net
        .weights()
        .flat()
        .map((weight, i) => weight - before[i]!),
      ...Object.values(weighting.logVariances()),
    ];
    expect(Math.sqrt(moved.reduce((sum, change) => sum + change * change, 0))).toBeCloseTo(0.1, 6);
  });

  it('a limit that is never reached changes no bit, and clipping leaves no tensor', () => {
    const [plain, clipped] = [twoTowers(), twoTowers()];
    const make = (net: ReturnType<typeof twoTowers>, limit: object) =>
      multiTaskOptimizer({
        optimizer: adam,
        learningRates: 1e-2,
        weights: { a: 1, b: 1 },
        variables: net.variables,
        ...limit,
      });
    const [without, within] = [make(plain, {}), make(clipped, { clipNorm: 1e9 })];
    without.step(null, plain.losses);
    within.step(null, clipped.losses);
    const tensors = tf.memory().numTensors;
    for (let step = 0; step < 10; step++) {
      without.step(null, plain.losses);
      within.step(null, clipped.losses);
    }
    expect(clipped.weights()).toEqual(plain.weights());
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it.each([0, -1, NaN, Infinity])('clipNorm %s cannot be meant', (clipNorm) => {
    const settings = { optimizer: sgd, learningRates: 1, clipNorm };
    const message = /clipNorm is .*finite number above 0. To clip nothing, leave it out/;
    expect(() => multiTaskOptimizer({ ...settings, weights: { a: 1 } })).toThrow(message);
    const tasks = { click: { loss: 'binaryCrossentropy' }, dwell: { loss: 'meanSquaredError' } } as const;
    expect(() => compileMultiTask(twoHeads(), { ...settings, tasks })).toThrow(message);
  });
});
