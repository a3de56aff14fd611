import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backends, useBackend } from '../backends.ts';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

const steps = 1000;

let watched: Watched | null = null;
afterEach(() => {
  watched?.observation.uninstall();
  watched = null;
  tf.disposeVariables();
});

const held = (): { tensors: number; data: number } => ({
  tensors: tf.memory().numTensors,
  data: tf.backend().numDataIds(),
});

/** Each makes 1,000 steps, and says after each that it is made. */
const trainings: Record<string, (afterStep: () => void) => Promise<void>> = {
  'a loop of its own': (afterStep) => {
    const x = normal([6, 4], 1);
    const [trunk, a, b] = [normal([4, 3], 2), normal([3, 1], 3), normal([3, 1], 4)].map((value) => tf.variable(value));
    const optimizer = tf.train.adam(1e-3);
    for (let step = 0; step < steps; step++) {
      optimizer.minimize(() => {
        const h = x.matMul(trunk!).relu();
        const near = h.matMul(a!).sub(1).square().mean();
        const far = tf.tidy(() => h.matMul(b!).sub(100).square().mean().log());
        return near.add(far) as tf.Scalar;
      });
      afterStep();
    }
    return Promise.resolve();
  },
  trainOnBatch: async (afterStep) => {
    const model = twoHeads();
    model.compile({ optimizer: tf.train.rmsprop(1e-3), loss: 'meanSquaredError' });
    const [x, y] = [normal([6, 4], 1), [normal([6, 1], 2), normal([6, 1], 3)]];
    for (let step = 0; step < steps; step++) {
      await model.trainOnBatch(x, y);
      afterStep();
    }
  },
};

describe.each(backends)('1,000 observed steps on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(Object.keys(trainings))('by %s leave no tensor, looked at in every way', async (name) => {
    const afterEachStep: ReturnType<typeof held>[] = [];
    watched = watchThisProcess(1);
    await trainings[name]!(() => afterEachStep.push(held()));
    watched.observation.flush();
    expect(watched.observation.observed).toBeGreaterThan(700);
    expect(watched.lines.filter(({ type }) => type === 'halves')).toHaveLength(steps / 10);
    expect(watched.lines.filter((line) => line.type === 'window' && line.boundary !== null)).toHaveLength(steps);
    expect(afterEachStep).toHaveLength(steps);
    // The optimizer makes its moments at the first step.
    expect(afterEachStep.at(-1)).toEqual(afterEachStep[1]);
  });
});
