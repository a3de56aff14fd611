import { describe, expect, it } from 'vitest';
import type { Aggregator, StepFigures } from './aggregator.ts';
import { dwa } from './dwa.ts';
import { gradNorm } from './gradNorm.ts';
import { uncertaintyWeights } from './uncertainty.ts';

/** The weights of each step in turn. */
function run(method: Aggregator, steps: number, at: (step: number, weights: readonly number[]) => StepFigures) {
  let state = method.start(2);
  let weights: readonly number[] = [1, 1];
  const all: (readonly number[])[] = [];
  for (let step = 0; step < steps; step++) {
    const weighed = method.step(at(step, weights), state);
    ({ weights, state } = weighed);
    all.push(weights);
  }
  return all;
}

const none = [
  [0, 0],
  [0, 0],
];
const orthogonal = (a: number, b: number): number[][] => [
  [a * a, 0],
  [0, b * b],
];

describe('uncertainty weighting', () => {
  it('comes to rest at s = ln L: weights of 1 / L (E5)', () => {
    const last = run(uncertaintyWeights({ learningRate: 0.02 }), 10_000, () => ({
      gram: none,
      losses: [0.02, 400],
    })).at(-1)!;
    expect(last[0]! * 0.02).toBeCloseTo(1, 3);
    expect(last[1]! * 400).toBeCloseTo(1, 3);
  });

  it('moves s by at most its rate a step', () => {
    const all = run(uncertaintyWeights({ learningRate: 1e-3 }), 100, () => ({ gram: none, losses: [1, 1e6] }));
    expect(all[0]).toEqual([1, 1]);
    const s = -Math.log(all.at(-1)![1]!);
    expect(s).toBeGreaterThan(0.09);
    expect(s).toBeLessThan(0.0990001);
  });

  it('a loss that is not finite moves nothing', () => {
    const all = run(uncertaintyWeights(), 10, () => ({ gram: none, losses: [NaN, Infinity] }));
    expect(all.at(-1)).toEqual([1, 1]);
  });
});

describe('DWA', () => {
  it('is T softmax(r / temperature) with the ratio of the last two means', () => {
    const losses = (step: number): number[] =>
      [
        [8, 2],
        [10, 4],
        [3, 3],
      ][Math.floor(step / 2)]!;
    // Two means come first: only from the fifth step on are there two to compare.
    const all = run(dwa({ every: 2 }), 6, (step) => ({ gram: none, losses: losses(step) }));
    expect(all.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => [1, 1]));
    const [a, b] = [Math.exp(10 / 8 / 2), Math.exp(4 / 2 / 2)];
    expect(all[4]![0]).toBeCloseTo((2 * a) / (a + b), 12);
    expect(all[4]![1]).toBeCloseTo((2 * b) / (a + b), 12);
    expect(all[5]).toEqual(all[4]);
  });

  it('losses that are not finite are left out of the means; a task without any stays where it was', () => {
    const all = run(dwa({ every: 2 }), 7, (step) => ({ gram: none, losses: [step % 2 === 0 ? NaN : 5, NaN] }));
    expect(all.at(-1)).toEqual([1, 1]);
  });
});

describe('GradNorm', () => {
  it('brings weighted norms together, weights of sum T: for norms of 1 and 100 and alpha 0 they are 200/101 and 2/101', () => {
    const all = run(gradNorm({ alpha: 0, learningRate: 1e-3 }), 3000, () => ({
      gram: orthogonal(1, 100),
      losses: [1, 1],
    }));
    for (const weights of all) {
      expect(weights[0]! + weights[1]!).toBeCloseTo(2, 12);
    }
    const late = all.slice(-500);
    const mean = late.reduce((total, weights) => total + weights[1]!, 0) / late.length;
    expect(mean / (2 / 101)).toBeGreaterThan(0.8);
    expect(mean / (2 / 101)).toBeLessThan(1.2);
  });

  it('a task that learns slowly gets more', () => {
    const all = run(gradNorm({ alpha: 1, learningRate: 1e-3 }), 2000, (step) => ({
      gram: orthogonal(1, 1),
      losses: step === 0 ? [1, 1] : [0.9, 0.3],
    }));
    // Targets are the mean norm times 1.5 and 0.5.
    expect(all.at(-1)![0]!).toBeCloseTo(1.5, 1);
    expect(all.at(-1)![1]!).toBeCloseTo(0.5, 1);
  });

  it('the first step is Adam’s: each weight moves by the rate, towards its target', () => {
    const [first, second] = run(gradNorm({ alpha: 0.5, learningRate: 0.01 }), 2, () => ({
      gram: orthogonal(1, 3),
      losses: [2, 7],
    }));
    expect(first).toEqual([1, 1]);
    expect(second![0]).toBeCloseTo(1.01, 8);
    expect(second![1]).toBeCloseTo(0.99, 8);
  });

  it('a step that is not finite, and a task without gradient, leave weights as they are', () => {
    const broken = run(gradNorm(), 5, () => ({ gram: orthogonal(1, 2), losses: [NaN, 1] }));
    expect(broken.at(-1)).toEqual([1, 1]);
    const silent = run(gradNorm(), 5, () => ({ gram: orthogonal(1, 0), losses: [1, 1] }));
    expect(silent.at(-1)).toEqual([1, 1]);
  });
});
