import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backends, useBackend } from '../backends.ts';
import { watchThisProcess, type Watched } from './inProcess.ts';

let watched: Watched | null = null;
afterEach(() => {
  watched?.observation.uninstall();
  watched = null;
});

/** Two tasks on a small trunk, trained for a number of steps; its weights at the end. */
function train(steps: number, spoil: (step: number) => number = () => 1): number[] {
  const trunk = tf.variable(
    tf.tensor2d([
      [0.5, 0.25],
      [-0.25, 0.5],
    ]),
    true,
    `trunk${steps}${Math.random()}`,
  );
  const heads = [1, 2].map((value) => tf.variable(tf.tensor2d([[value], [1]]), true));
  const x = tf.tensor2d([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const optimizer = tf.train.adam(1e-3);
  for (let step = 1; step <= steps; step++) {
    optimizer.minimize(() => {
      const shared = tf.relu(x.matMul(trunk));
      const [a, b] = heads.map((head) => tf.losses.meanSquaredError(tf.ones([3, 1]), shared.matMul(head)));
      return tf.add(tf.mul(a as tf.Scalar, spoil(step)), b as tf.Scalar);
    });
  }
  const weights = [trunk, ...heads].flatMap((variable) => [...variable.dataSync()]);
  tf.dispose([trunk, ...heads, x]);
  optimizer.dispose();
  return weights;
}

describe('observation within a budget', () => {
  beforeAll(() => useBackend(backends[0]!));

  it('changes no bit, looks early, and says what it costs', () => {
    const plain = train(200);
    watched = watchThisProcess(null, 0.05);
    expect(train(200)).toEqual(plain);
    watched.observation.flush();
    const steps = watched.steps();
    expect(steps.map(({ step }) => step).slice(0, 3)).toEqual([1, 2, 4]);
    const windows = watched.lines.filter((line) => line.type === 'window');
    expect(windows.map(({ step }) => step)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(windows.filter(({ boundary }) => boundary !== null).length).toBeGreaterThan(steps.length);
    expect(steps[0]?.overhead).toBeNull();
    expect(steps.slice(2).every(({ overhead }) => typeof overhead === 'number' && overhead > 0)).toBe(true);
  });

  it('looks at every step where observing may cost much more than training', () => {
    watched = watchThisProcess(null, 1_000);
    train(50);
    watched.observation.flush();
    const windows = watched.lines.filter((line) => line.type === 'window');
    expect(windows.filter(({ boundary }) => boundary !== null).length).toBeGreaterThan(38);
    expect(watched.steps().length).toBeGreaterThan(12);
  });

  it('looks at the very step at which a loss jumps', () => {
    watched = watchThisProcess(null, 1e-6);
    train(120, (step) => (step < 100 ? 1 : 1e6));
    watched.observation.flush();
    const steps = watched.steps().map(({ step }) => step);
    expect(steps).toEqual(expect.arrayContaining([1, 2, 4, 8, 16, 32, 100]));
    const windows = watched.lines.filter((line) => line.type === 'window');
    expect(windows.find(({ step }) => step === 100)?.boundary).not.toBeNull();
  });

  it('of 0 looks at no step, and still tells of the first loss that is no number', () => {
    watched = watchThisProcess(0);
    train(30, (step) => (step < 20 ? 1 : NaN));
    watched.observation.flush();
    expect(watched.steps()).toEqual([]);
    expect(watched.lines.filter(({ type }) => type === 'event')).toEqual([
      expect.objectContaining({
        kind: 'nonFinite',
        step: 20,
        cause: { phase: 'data', op: 'Multiply', layer: null },
        position: expect.objectContaining({ line: 33 }) as unknown,
      }),
    ]);
    expect(watched.lines.filter(({ type }) => type === 'window').length).toBe(30);
  });
});
