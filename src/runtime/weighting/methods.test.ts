import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { COLLAPSED } from '../../core/advice/aggregators/gradNorm.ts';
import { compileMultiTask } from '../model/compileMultiTask.ts';
import { twoHeads, twoLabels } from '../model/twoHeads.fixture.ts';
import { multiTaskOptimizer } from '../multiTaskOptimizer.ts';
import { twoTowers } from '../twoTowers.fixture.ts';
import type { MethodWeighting } from './aggregatorWeighting.ts';
import * as methods from './methods.ts';

const sgd = (rate: number): tf.Optimizer => tf.train.sgd(rate);

afterEach(() => {
  tf.disposeVariables();
});

/** One step whose losses have the gradients of E4 at the one variable that they share: [-4, 1, 1] and [6, 1, 1]. */
function golden(weighting: MethodWeighting, weights = { first: 1, second: 1 }) {
  const v = tf.variable(tf.zeros([3]), true, 'shared');
  const step = () =>
    optimizer.step(null, () => ({
      first: tf.sum(tf.mul(v, [-4, 1, 1])),
      second: tf.sum(tf.mul(v, [6, 1, 1])),
    }));
  const optimizer = multiTaskOptimizer({ optimizer: sgd, learningRates: 1, weights, weighting, variables: [v] });
  step();
  return { weights: weighting.weights(), moved: [...v.dataSync()], step };
}

describe('weighting methods at work (E4)', () => {
  it.each([
    ['upGrad', 1.111111, 0.789474],
    ['dualProj', 0.611111, 0.5],
    ['pcGrad', 2.222222, 1.578947],
    ['mgda', 0.6, 0.4],
    ['imtlG', 0.59233, 0.40767],
  ] as const)('%s: the golden weights, and a step along them', (name, first, second) => {
    const { weights, moved } = golden(methods[name]());
    expect(weights.first).toBeCloseTo(first, 5);
    expect(weights.second).toBeCloseTo(second, 5);
    [-4 * first + 6 * second, first + second, first + second].forEach((along, i) =>
      expect(moved[i]).toBeCloseTo(-along, 4),
    );
  });

  it.each(Object.keys(methods) as (keyof typeof methods)[])('%s trains, and leaves no tensor behind', (name) => {
    const { variables, losses, weights } = twoTowers();
    const before = weights();
    const weighting = methods[name]();
    const optimizer = multiTaskOptimizer({
      optimizer: sgd,
      learningRates: 1e-4,
      weights: { a: 1, b: 1 },
      weighting,
      variables: [...variables],
    });
    optimizer.step(null, losses);
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) {
      optimizer.step(null, losses);
    }
    expect(tf.memory().numTensors).toBe(tensors);
    expect(weights()[0]).not.toEqual(before[0]);
    expect(Object.values(weighting.weights()).every(Number.isFinite)).toBe(true);
  });

  it('the user’s own weights come first: the method weighs the weighted losses', () => {
    // MGDA of two gradients a and b, with half of the first loss: <b, b - a> / |a - b|^2.
    const [a, b] = [
      [-2, 0.5, 0.5],
      [6, 1, 1],
    ] as const;
    const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
    const first = (dot(b, b) - dot(a, b)) / (dot(a, a) + dot(b, b) - 2 * dot(a, b));
    const { weights } = golden(methods.mgda(), { first: 0.5, second: 1 });
    expect(weights.first).toBeCloseTo(first, 5);
  });

  it('equal is the plain sum', () => {
    expect(golden(methods.equal()).moved).toEqual([-2, -2, -2]);
  });

  it('what a method remembers changes once per step, and not by a validation', () => {
    const weighting = methods.gradNorm({ learningRate: 0.1 });
    const { step, weights } = golden(weighting);
    expect(weights).toEqual({ first: 1, second: 1 });
    step();
    const { first } = weighting.weights();
    expect(first).not.toBe(1);
    tf.tidy(() => {
      weighting.total([
        { name: 'first', loss: tf.scalar(1) },
        { name: 'second', loss: tf.scalar(1) },
      ]);
    });
    expect(weighting.weights().first).toBe(first);
  });

  it('GradNorm weighs a loss of a larger scale down, step by step, to a sum of T (E2)', () => {
    const { variables, losses } = twoTowers();
    const weighting = methods.gradNorm({ learningRate: 0.02, alpha: 0 });
    const optimizer = multiTaskOptimizer({
      optimizer: sgd,
      learningRates: 1e-6,
      weights: { a: 1, b: 1 },
      weighting,
      variables: [...variables],
    });
    for (let i = 0; i < 50; i++) {
      optimizer.step(null, losses);
    }
    const { a, b } = weighting.weights();
    expect(a! + b!).toBeCloseTo(2, 6);
    expect(a!).toBeGreaterThan(1.5);
  });

  it('GradNorm warns once, before a weight is below a thousandth of the mean', () => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    /** The least weight of each step, up to the one that warned, and after it. */
    const fall = (learningRate: number): { until: number[]; after: number[] } => {
      const { variables, losses } = twoTowers();
      const weighting = methods.gradNorm({ learningRate, alpha: 0 });
      const weights = { a: 1e-3, b: 1 };
      const optimizer = multiTaskOptimizer({
        optimizer: sgd,
        learningRates: 1e-9,
        weights,
        weighting,
        variables: [...variables],
      });
      const [until, after]: number[][] = [[], []];
      for (let step = 0; step < 120; step++) {
        const steps = said.mock.calls.length === 0 ? until : after;
        optimizer.step(null, losses);
        steps!.push(Math.min(...Object.values(weighting.weights())));
      }
      optimizer.dispose();
      return { until: until!, after: after! };
    };
    expect(fall(1e-3).after).toEqual([]);
    const { until, after } = fall(1e-2);
    expect(Math.min(...until)).toBeGreaterThan(COLLAPSED);
    expect(Math.min(...after)).toBeLessThan(COLLAPSED);
    expect(said).toHaveBeenCalledTimes(1);
    expect(said.mock.calls[0]![0]).toMatch(
      /gradNorm\(\) has brought the weight of task 'b' down to 0\.0\d+ of the mean/,
    );
    said.mockRestore();
  });

  it('works in a model, with validation', async () => {
    const { x, click, dwell } = twoLabels(32);
    const mtl = compileMultiTask(twoHeads(), {
      tasks: { click: { loss: 'binaryCrossentropy' }, dwell: { loss: 'meanSquaredError' } },
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: 1e-2,
      weighting: methods.upGrad(),
    });
    const { history } = await mtl.fit(x, { click, dwell }, { epochs: 8, validationSplit: 0.25, batchSize: 8 });
    expect(history.dwell_loss!.at(-1)!).toBeLessThan(history.dwell_loss![0]!);
    expect(history.val_loss!.every(Number.isFinite)).toBe(true);
    mtl.dispose();
  });

  it('says what cannot be meant', () => {
    expect(() => methods.caGrad({ c: 1 })).toThrow(/caGrad\({ c }\) is 1. It must be at least 0 and below 1/);
    expect(() => methods.dwa({ every: 0 })).toThrow(/whole number above 0/);
    expect(() => methods.gradNorm({ learningRate: -1 })).toThrow(/learningRate }\) is -1/);
    const [a, b] = [1, 2].map((value) => tf.variable(tf.scalar(value), true, `alone${value}`));
    const weighting = methods.mgda();
    const optimizer = multiTaskOptimizer({
      optimizer: sgd,
      learningRates: 1,
      weights: { a: 1, b: 1 },
      weighting,
      variables: [a!, b!],
    });
    expect(() =>
      optimizer.step(null, () => ({ a: tf.square(a!) as tf.Scalar, b: tf.square(b!) as tf.Scalar })),
    ).toThrow(/no trainable variable leads to two losses/);
    expect(() =>
      multiTaskOptimizer({ optimizer: sgd, learningRates: 1, weights: { a: 1 }, weighting, variables: [a!] }),
    ).toThrow(/already serves another model/);
  });
});
