import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { compileMultiTask, uncertainty } from 'mtl-debugger';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/**
 * The experiment of the authors of uncertainty weighting, yaringal/multi-task-learning-example: two noisy lines, one
 * hidden layer of 1024 ReLUs, Adam 1e-3, batches of 20, 2000 epochs. Published: σ = 8.648 and 0.925 (Keras), 8.587 and
 * 0.920 (PyTorch), where the data was made with 10 and 1.
 */
describe('uncertainty weighting finds the noise of each task', () => {
  const count = 100;
  let x: tf.Tensor2D;
  let y: { y1: tf.Tensor; y2: tf.Tensor };

  beforeAll(async () => {
    await tf.setBackend('wasm');
    // fit draws the order of each epoch from Math.random.
    let state = 5;
    vi.spyOn(Math, 'random').mockImplementation(() => (state = (state * 16807) % 2147483647) / 2147483647);
    const normal = (seed: number): tf.Tensor2D => tf.randomNormal([count, 1], 0, 1, 'float32', seed);
    x = normal(1);
    y = tf.tidy(() => ({
      y1: tf.add(tf.add(tf.mul(x, 2), 8), tf.mul(normal(2), 10)),
      y2: tf.add(tf.add(tf.mul(x, 3), 3), normal(3)),
    }));
  });
  afterAll(() => {
    vi.restoreAllMocks();
    tf.dispose([x, y]);
  });

  it('in 2000 epochs, and is far from it after 250', async () => {
    const weighting = uncertainty();
    const mtl = compileMultiTask(twoLines(), {
      tasks: { y1: { loss: 'meanSquaredError' }, y2: { loss: 'meanSquaredError' } },
      optimizer: (learningRate) => tf.train.adam(learningRate),
      learningRates: 1e-3,
      weighting,
    });
    const fit = async (epochs: number): Promise<Record<string, number>> => {
      await mtl.fit(x, y, { epochs, batchSize: 20, yieldEvery: 'never' });
      return weighting.sigmas();
    };
    // Adam moves s by at most its rate a step: 1250 steps of 1e-3 cannot reach ln 100 = 4.6.
    const early = await fit(250);
    expect(early.y1).toBeGreaterThan(1.2);
    expect(early.y1).toBeLessThan(Math.exp(1250 * 1e-3 * 0.5) + 0.01);
    const sigmas = await fit(1750);
    expect(sigmas.y1).toBeGreaterThan(7);
    expect(sigmas.y1).toBeLessThan(10.5);
    expect(sigmas.y2).toBeGreaterThan(0.8);
    expect(sigmas.y2).toBeLessThan(1.1);
    for (const task of ['y1', 'y2'] as const) {
      const ratio = sigmas[task]! / residualDeviation(x.dataSync(), y[task].dataSync());
      expect(ratio, task).toBeGreaterThan(0.8);
      expect(ratio, task).toBeLessThan(1.02);
    }
    mtl.dispose();
  });
});

function twoLines(): tf.LayersModel {
  const kernelInitializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  const input = tf.input({ shape: [1] });
  const hidden = tf.layers
    .dense({ units: 1024, activation: 'relu', kernelInitializer: kernelInitializer(1) })
    .apply(input);
  const heads = ['y1', 'y2'].map(
    (name, i) =>
      tf.layers
        .dense({ units: 1, name, kernelInitializer: kernelInitializer(i + 2) })
        .apply(hidden) as tf.SymbolicTensor,
  );
  return tf.model({ inputs: input, outputs: heads });
}

/** Of the least-squares line through the points. */
function residualDeviation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [xs, ys] = [Array.from(x), Array.from(y)];
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const slope = mean(xs.map((value, i) => (value - mx) * (ys[i]! - my))) / mean(xs.map((value) => (value - mx) ** 2));
  return Math.sqrt(mean(xs.map((value, i) => (ys[i]! - my - slope * (value - mx)) ** 2)));
}
