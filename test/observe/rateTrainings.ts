import * as tf from '@tensorflow/tfjs';
import { diagnose, type Diagnosis } from '../../src/core/diagnosis/diagnose.ts';
import type { RecordLine } from '../../src/core/run/record.ts';
import { Run } from '../../src/core/run/run.ts';
import { seededRandom } from '../random.ts';
import { watchThisProcess } from './inProcess.ts';
import { normal } from './twoHeads.ts';

/** What two tasks are trained from: rows of 8 features, and a target each that follows from them with a little noise. */
export interface Tasks {
  readonly x: tf.Tensor2D;
  readonly y: readonly [tf.Tensor2D, tf.Tensor2D];
}

export function twoRegressions(rows: number, seed = 1, scale = 1): Tasks {
  const made = tf.tidy(() => {
    const x = normal([rows, 8], seed) as tf.Tensor2D;
    const [one, other] = [normal([8, 1], seed + 1).div(3), normal([8, 1], seed + 2).div(3)];
    const target = (w: tf.Tensor, k: number): tf.Tensor2D =>
      x
        .matMul(w as tf.Tensor2D)
        .add(x.matMul(one as tf.Tensor2D).sin())
        .add(normal([rows, 1], seed + 10 + k).mul(0.1)) as tf.Tensor2D;
    return [x, target(one, 0), target(other, 1).mul(scale)] as tf.Tensor2D[];
  });
  const [x, a, b] = made as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  return { x, y: [a, b] };
}

/** Observes every step of what `train` does, and gives the finished run. */
export async function runOf(train: () => unknown): Promise<Run> {
  const watched = watchThisProcess(1);
  try {
    await train();
    watched.observation.flush();
    return runFrom(watched.lines);
  } finally {
    watched.observation.uninstall();
  }
}

export function runFrom(lines: readonly RecordLine[]): Run {
  const run = new Run();
  lines.forEach((line) => run.add(line));
  return run;
}

/** Findings of severity warning or above, as `rule place`; what is folded under another is left out. */
export function harmful({ findings }: Diagnosis): string[] {
  return findings.filter(({ severity, root }) => severity !== 'information' && root === null).map(({ rule }) => rule);
}

export async function diagnosisOf(train: () => unknown): Promise<Diagnosis> {
  return diagnose(await runOf(train));
}

export interface Made {
  readonly hidden?: Omit<Parameters<typeof tf.layers.dense>[0], 'units'>;
  readonly layers?: number;
  readonly units?: number;
}

/** Dense layers that two heads share. */
export function hardSharing({ hidden = {}, layers = 1, units = 32 }: Made = {}): tf.LayersModel {
  const input = tf.input({ shape: [8] });
  let h: tf.SymbolicTensor = input;
  for (let k = 0; k < layers; k++) {
    h = tf.layers
      .dense({ units, activation: 'relu', name: `trunk${k}`, kernelInitializer: seeded(k), ...hidden })
      .apply(h) as tf.SymbolicTensor;
  }
  const outputs = ['a', 'b'].map(
    (name, k) => tf.layers.dense({ units: 1, name, kernelInitializer: seeded(20 + k) }).apply(h) as tf.SymbolicTensor,
  );
  return tf.model({ inputs: input, outputs, name: 'feed' });
}

export const seeded = (seed: number) => tf.initializers.glorotUniform({ seed: seed + 1 });

/** Three experts of 8 units, a gate and a tower for each of two tasks. @param scale Of the gates' logits */
export function mixture(scale = 1): tf.LayersModel {
  const input = tf.input({ shape: [8] });
  const experts = [0, 1, 2].map((expert) => {
    const h = tf.layers
      .dense({ units: 8, activation: 'relu', name: `expert${expert}`, kernelInitializer: seeded(expert) })
      .apply(input) as tf.SymbolicTensor;
    return tf.layers.reshape({ targetShape: [1, 8] }).apply(h) as tf.SymbolicTensor;
  });
  const stacked = tf.layers.concatenate({ axis: 1 }).apply(experts) as tf.SymbolicTensor;
  const outputs = ['a', 'b'].map((task, k) => {
    const weights = [normal([8, 3], 7 + k).mul(0.3 * scale), tf.zeros([3])];
    const gate = tf.layers
      .dense({ units: 3, activation: 'softmax', name: `gate_${task}`, weights })
      .apply(input) as tf.SymbolicTensor;
    const mixed = tf.layers.dot({ axes: [1, 1] }).apply([gate, stacked]) as tf.SymbolicTensor;
    return tf.layers
      .dense({ units: 1, name: task, kernelInitializer: seeded(20 + k) })
      .apply(mixed) as tf.SymbolicTensor;
  });
  return tf.model({ inputs: input, outputs, name: 'mixture' });
}

/** Trains with fit. */
export async function fit(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  { x, y }: Tasks,
  epochs = 20,
  batchSize = 32,
): Promise<void> {
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const { random } = Math;
  const drawn = seededRandom(1);
  // What is found near a threshold would depend on how the rows are shuffled.
  Math.random = () => drawn.next();
  try {
    await model.fit(x, [...y], { epochs, batchSize, verbose: 0 as never });
  } finally {
    Math.random = random;
  }
}

/** Trains in a loop of its own, on batches drawn in turn. */
export function loop(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  { x, y }: Tasks,
  steps = 160,
  batchSize = 32,
): void {
  const batches = Math.floor((x.shape[0] ?? 0) / batchSize);
  for (let step = 0; step < steps; step++) {
    const from = (step % batches) * batchSize;
    optimizer.minimize(() => {
      const [a, b] = model.apply(x.slice([from, 0], [batchSize, -1])) as [tf.Tensor, tf.Tensor];
      const loss = (prediction: tf.Tensor, target: tf.Tensor2D): tf.Scalar =>
        tf.losses.meanSquaredError(target.slice([from, 0], [batchSize, -1]), prediction) as tf.Scalar;
      return loss(a, y[0]).add(loss(b, y[1])) as tf.Scalar;
    });
  }
}
