import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { compileMultiTask } from '../model/compileMultiTask.ts';
import { twoHeads, twoLabels } from '../model/twoHeads.fixture.ts';
import { multiTaskOptimizer } from '../multiTaskOptimizer.ts';
import { uncertainty, type UncertaintyWeighting } from './uncertainty.ts';

const sgd = (rate: number): tf.Optimizer => tf.train.sgd(rate);
const losses = { small: 0.02, large: 400 };

/** Steps on losses that stay what they are, whatever the trained variable does. */
function constantLosses(weighting: UncertaintyWeighting, weights: Record<keyof typeof losses, number>, rate: number) {
  const v = tf.variable(tf.scalar(0), true, `v${tf.engine().state.numTensors}`);
  const optimizer = multiTaskOptimizer({ optimizer: sgd, learningRates: rate, weights, weighting, variables: [v] });
  const step = () =>
    optimizer.step(null, () => {
      const constant = tf.mul(v, 0);
      return { small: tf.add(constant, losses.small), large: tf.add(constant, losses.large) };
    });
  return { optimizer, step };
}

afterEach(() => {
  tf.disposeVariables();
});

describe('uncertainty weighting', () => {
  it('starts as the plain sum, and is the formula without ½', () => {
    const { step } = constantLosses(uncertainty(), { small: 1, large: 1 }, 1e-9);
    expect(step().loss).toBeCloseTo(losses.small + losses.large, 4);
    const shifted = constantLosses(uncertainty({ initial: -2 }), { small: 1, large: 1 }, 1e-9);
    expect(shifted.step().loss).toBeCloseTo(Math.exp(2) * (losses.small + losses.large) - 4, 2);
  });

  it('has its optimum at s = ln L, where a task adds 1 + ln L to the total (E5)', () => {
    const weighting = uncertainty({ learningRate: 0.3, initial: 3 });
    const { step } = constantLosses(weighting, { small: 1, large: 1 }, 1e-3);
    let total = NaN;
    for (let i = 0; i < 400; i++) {
      total = step().loss;
    }
    const { small, large } = weighting.logVariances();
    expect(small).toBeCloseTo(Math.log(losses.small), 4);
    expect(large).toBeCloseTo(Math.log(losses.large), 4);
    expect(weighting.sigmas().large).toBeCloseTo(20, 3);
    expect(total).toBeCloseTo(2 + Math.log(losses.small) + Math.log(losses.large), 4);
  });

  it('the gradient of s is 1 − exp(−s)·w·L: one SGD step, exactly', () => {
    const weighting = uncertainty({ initial: 0.5, learningRate: 0.01 });
    const { step, optimizer } = constantLosses(weighting, { small: 1, large: 0.125 }, 1);
    step();
    expect(weighting.logVariances().small).toBeCloseTo(0.5 - 0.01 * (1 - Math.exp(-0.5) * losses.small), 6);
    expect(weighting.logVariances().large).toBeCloseTo(0.5 - 0.01 * (1 - Math.exp(-0.5) * 0.125 * losses.large), 5);
    expect(optimizer.groups[0]).toEqual({
      id: 'uncertainty',
      learningRate: 0.01,
      variables: ['uncertainty/small', 'uncertainty/large'],
    });
  });

  it('a task’s own weight is where it starts; σ is the same at the optimum', () => {
    const weighting = uncertainty({ learningRate: 0.3 });
    const { step } = constantLosses(weighting, { small: 8, large: 1 / 64 }, 1);
    for (let i = 0; i < 400; i++) {
      step();
    }
    expect(weighting.logVariances().large).toBeCloseTo(Math.log(losses.large / 64), 4);
    expect(weighting.sigmas().small).toBeCloseTo(Math.sqrt(losses.small), 4);
    expect(weighting.sigmas().large).toBeCloseTo(20, 2);
  });

  it('balances a model’s tasks, and is disposed with it', async () => {
    const { x, click } = twoLabels(64);
    // Noise of standard deviation 5: little to learn, so that the loss stays about where it is.
    const dwell = tf.randomNormal([64, 1], 0, 5, 'float32', 9);
    const weighting = uncertainty();
    const model = twoHeads();
    const before = tf.memory().numTensors;
    const mtl = compileMultiTask(model, {
      tasks: { click: { loss: 'binaryCrossentropy' }, dwell: { loss: 'meanSquaredError' } },
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: { shared: 0.05, click: 1e-3, dwell: 1e-2 },
      weighting,
    });
    const { history } = await mtl.fit(x, { click, dwell }, { epochs: 150, shuffle: false });
    const { dwell: s } = weighting.logVariances();
    expect(Math.abs(s! - Math.log(history.dwell_loss!.at(-1)!))).toBeLessThan(0.2);
    expect(mtl.groups.find(({ id }) => id === 'uncertainty')!.learningRate).toBe(0.05);
    mtl.dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, click, dwell]);
  });

  it('two models have variables of their own, under names of their own', () => {
    const make = (weighting: UncertaintyWeighting) => constantLosses(weighting, { small: 1, large: 1 }, 1).optimizer;
    const weighting = uncertainty();
    make(weighting);
    expect(make(uncertainty()).groups[0]!.variables).toEqual(['uncertainty/small_1', 'uncertainty/large_1']);
    expect(() => make(weighting)).toThrow(/already serves another model/);
  });

  it('says what cannot be meant, and leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    expect(() => uncertainty({ initial: NaN })).toThrow(/initial }\) is NaN/);
    expect(() => uncertainty({ learningRate: 0 })).toThrow(/learningRate }\) is 0/);
    const make = (weights: Record<string, number>, learningRates: number | Record<string, number>) => () =>
      multiTaskOptimizer({ optimizer: sgd, weights, weighting: uncertainty(), learningRates: learningRates as number });
    expect(make({ a: 1, b: 0 }, 1)).toThrow(/weight of task 'b' is 0/);
    expect(make({ a: 1, b: 1 }, { a: 1, b: 1 })).toThrow(/uncertainty\(\) needs a learning rate/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
