import * as tf from '@tensorflow/tfjs';
import { vi } from 'vitest';
import { normalsOf, seededRandom } from '../random.ts';

export interface TwoRegressions {
  readonly style: 'fit' | 'loop';
  readonly optimizer: () => tf.Optimizer;
  readonly steps: number;
  readonly seed?: number;
  /** Factors of the labels. */
  readonly scale?: { readonly a?: number; readonly b?: number };
  /** Factor of b's loss in the total; in a loop only. */
  readonly weightOfB?: number;
  readonly batch?: number;
  /** Standard deviation of what nobody can predict, beside a signal of variance near 1. */
  readonly noise?: number;
  /** b is a copy of one input, which is learned at once. */
  readonly easyB?: boolean;
}

const ROWS = 512;
const INPUTS = 8;

/**
 * Trains two regressions on a trunk of two layers. Both targets have mean 0 and variance near 1 before they are scaled; b's is
 * another function of the same inputs.
 */
export async function trainTwoRegressions(options: TwoRegressions): Promise<void> {
  const {
    style,
    steps,
    seed = 1,
    scale = {},
    weightOfB = 1,
    batch = 32,
    easyB = false,
    noise: deviation = 0.1,
  } = options;
  const optimizer = options.optimizer();
  const random = seededRandom(seed);
  // fit draws the order of each epoch from Math.random.
  const shuffling = seededRandom(seed + 1000);
  vi.spyOn(Math, 'random').mockImplementation(() => shuffling.next());
  const rows = Array.from({ length: ROWS }, () => normalsOf(random, INPUTS));
  const noise = normalsOf(random, 2 * ROWS);
  const a = rows.map((x, i) => [(scale.a ?? 1) * (Math.sin(x[0]!) + 0.7 * x[1]! * x[2]! + deviation * noise[2 * i]!)]);
  const b = rows.map((x, i) => [
    (scale.b ?? 1) *
      (easyB ? x[3]! - 0.5 * x[4]! : Math.tanh(2 * x[3]!) + 0.5 * x[4]! * x[0]! + deviation * noise[2 * i + 1]!),
  ]);
  const kernel = (at: number) => tf.initializers.glorotUniform({ seed: 10 * seed + at });
  const input = tf.input({ shape: [INPUTS] });
  let h = input;
  for (const k of [1, 2]) {
    h = tf.layers.dense({ units: 32, activation: 'relu', kernelInitializer: kernel(k) }).apply(h) as tf.SymbolicTensor;
  }
  const outputs = ['a', 'b'].map(
    (name, k) =>
      tf.layers
        .dense({ units: 1, name: `head_${name}`, kernelInitializer: kernel(3 + k) })
        .apply(h) as tf.SymbolicTensor,
  );
  const model = tf.model({ inputs: input, outputs, name: 'two' });
  const [x, ya, yb] = [tf.tensor2d(rows), tf.tensor2d(a), tf.tensor2d(b)];
  if (style === 'fit') {
    model.compile({ optimizer, loss: 'meanSquaredError' });
    const stepsPerEpoch = ROWS / batch;
    await model.fit(x, [ya, yb], { epochs: Math.ceil(steps / stepsPerEpoch), batchSize: batch, verbose: 0 as never });
  } else {
    for (let step = 0; step < steps; step++) {
      tf.tidy(() => {
        const at = (step * batch) % ROWS;
        const part = (tensor: tf.Tensor2D): tf.Tensor2D => tensor.slice([at, 0], [batch, -1]);
        optimizer.minimize(() => {
          const [toA, toB] = model.apply(part(x)) as [tf.Tensor, tf.Tensor];
          const lossA = tf.losses.meanSquaredError(part(ya), toA);
          const lossB = tf.losses.meanSquaredError(part(yb), toB);
          return lossA.add(lossB.mul(weightOfB)) as tf.Scalar;
        });
      });
    }
  }
  tf.dispose([x, ya, yb]);
  vi.restoreAllMocks();
}
