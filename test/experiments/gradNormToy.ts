import * as tf from '@tensorflow/tfjs';
import { normalsOf, seededRandom } from '../random.ts';

/**
 * The toy of GradNorm's paper (Chen et al., ICML 2018): f_i = σ_i tanh((B + ε_i) x). Not given there, and chosen here: N(0; 10) and N(0; 3.5)
 * are by their deviations (by their variances a constant 0 would have an error of 0.79 σ², less than what was published for a training);
 * kernels start as Glorot's; Adam, which the library's users train with, at 2e-3; each batch is 64 examples not drawn before.
 */
export const SIGMAS = { one: 1, hundred: 100 } as const;
export const TRAINING = { batch: 64, rate: 2e-3 } as const;
const [INPUTS, OUTPUTS, UNITS] = [250, 100, [100, 100, 100, 100]] as const;
const TASKS = ['one', 'hundred'] as const;

export type Task = (typeof TASKS)[number];

export interface Examples {
  readonly x: tf.Tensor2D;
  readonly y: Readonly<Record<Task, tf.Tensor2D>>;
}

/** Draws examples of the toy; the caller disposes them. @param lowest Of x before it is brought to length 1; its highest is 1. */
export function toyExamples(seed: number, lowest = -1): (count: number) => Examples {
  const random = seededRandom(seed);
  const shared = normalsOf(random, INPUTS * OUTPUTS);
  const matrices = TASKS.map(() => {
    const own = normalsOf(random, INPUTS * OUTPUTS);
    const sum = shared.map((value, i) => 10 * value + 3.5 * own[i]!);
    return tf.tensor2d(sum, [INPUTS, OUTPUTS]);
  });
  return (count) => {
    const drawn = Float32Array.from({ length: count * INPUTS }, () => lowest + (1 - lowest) * random.next());
    return tf.tidy(() => {
      const raw = tf.tensor2d(drawn, [count, INPUTS]);
      const x = tf.div<tf.Tensor2D>(raw, tf.norm(raw, 2, 1, true));
      const y = TASKS.map((task, k) => tf.mul<tf.Tensor2D>(tf.tanh(tf.matMul(x, matrices[k]!)), SIGMAS[task]));
      return { x, y: { one: y[0]!, hundred: y[1]! } };
    });
  };
}

export function toyModel(seed: number): tf.LayersModel {
  let kernels = 10 * seed;
  const dense = (units: number, more: object): tf.layers.Layer =>
    tf.layers.dense({ units, kernelInitializer: tf.initializers.glorotUniform({ seed: kernels++ }), ...more });
  const input = tf.input({ shape: [INPUTS] });
  const h = UNITS.reduce<tf.SymbolicTensor>(
    (x, units) => dense(units, { activation: 'relu' }).apply(x) as tf.SymbolicTensor,
    input,
  );
  const outputs = TASKS.map((name) => dense(OUTPUTS, { name }).apply(h) as tf.SymbolicTensor);
  return tf.model({ inputs: input, outputs });
}

/** The norm of each task's unweighted gradient at the trunk. */
export function trunkNorms(model: tf.LayersModel, { x, y }: Examples): Record<Task, number> {
  const trunk = model.layers
    .slice(1, 1 + UNITS.length)
    .flatMap(({ trainableWeights }) => trainableWeights.map((weight) => weight.read() as tf.Variable));
  const [one, hundred] = TASKS.map((task, k) =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(
        () => tf.losses.meanSquaredError(y[task], (model.apply(x) as tf.Tensor[])[k]!) as tf.Scalar,
        trunk,
      );
      return Math.hypot(...Object.values(grads).map((gradient) => tf.norm(gradient).dataSync()[0]!));
    }),
  );
  return { one: one!, hundred: hundred! };
}

/** By task: the mean squared error over σ². */
export function errorsOf(model: tf.LayersModel, { x, y }: Examples): Record<Task, number> {
  const [one, hundred] = tf.tidy(() =>
    (model.predict(x) as tf.Tensor[]).map((predicted, k) => {
      const task = TASKS[k]!;
      return tf.losses.meanSquaredError(y[task], predicted).dataSync()[0]! / SIGMAS[task] ** 2;
    }),
  );
  return { one: one!, hundred: hundred! };
}
