import * as tf from '@tensorflow/tfjs';

/** A small multi-task problem of one architecture: everything that is needed to compute its losses again and again. */
export interface Family {
  readonly name: string;
  /** Losses per task, unweighted scalars; deterministic. */
  losses(): tf.Scalar[];
  readonly variables: tf.Variable[];
  /** Weight penalties that are added to the tasks' losses; deterministic. */
  readonly penalties?: () => tf.Scalar[];
  dispose(): void;
}

/** Whole numbers in [low, high] from a seeded generator (mulberry32). */
export type Draw = (low: number, high: number) => number;

export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (low, high) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return low + (((mixed ^ (mixed >>> 14)) >>> 0) % (high - low + 1));
  };
}

export type Tensor = tf.Tensor;

/** A functional model whose outputs are the tasks' predictions, with mean squared errors to random targets. */
export function layersFamily(
  name: string,
  x: Tensor,
  input: tf.SymbolicTensor,
  trunk: tf.SymbolicTensor,
  tasks: number,
): Family {
  const outputs = Array.from({ length: tasks }, (_, task) => {
    const hidden = tf.layers.dense({ units: 3 + task, activation: 'tanh' }).apply(trunk);
    return tf.layers.dense({ units: 1 }).apply(hidden) as tf.SymbolicTensor;
  });
  const model = tf.model({ inputs: input, outputs });
  const targets = outputs.map((_, task) => tf.randomNormal([x.shape[0] ?? 1, 1], task, 1, 'float32', 17 + task));
  return {
    name,
    losses: () => {
      const predictions = model.predict(x);
      const list = Array.isArray(predictions) ? predictions : [predictions];
      return list.map(
        (prediction, task) => tf.losses.meanSquaredError(targets[task] ?? prediction, prediction) as tf.Scalar,
      );
    },
    variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
    ...(model.calculateLosses().length > 0 ? { penalties: () => model.calculateLosses() } : {}),
    dispose: () => tf.dispose([model.weights.map((weight) => weight.read()), targets, x]),
  };
}

/**
 * A family of plain operations: `predict` gives the tasks' predictions from named variables.
 * @param data What is to be disposed of beside `x`.
 */
export function opsFamily<Name extends string>(
  name: string,
  shapes: Readonly<Record<Name, number[]>>,
  x: Tensor,
  data: readonly Tensor[],
  predict: (w: Readonly<Record<Name, tf.Variable>>) => Tensor[],
): Family {
  const weights = Object.fromEntries(
    Object.entries<number[]>(shapes).map(([key, shape], index) => [
      key,
      tf.variable(tf.randomNormal(shape, 0, 0.7, 'float32', 3 + index)),
    ]),
  ) as Record<Name, tf.Variable>;
  const targets = tf.tidy(() =>
    predict(weights).map((prediction, task) => tf.randomNormal(prediction.shape, task, 1, 'float32', 29 + task)),
  );
  return {
    name,
    losses: () =>
      predict(weights).map((prediction, task) =>
        prediction
          .sub(targets[task] ?? 0)
          .square()
          .mean()
          .asScalar(),
      ),
    variables: Object.values<tf.Variable>(weights),
    dispose: () => tf.dispose([Object.values<tf.Variable>(weights), targets, x, ...data]),
  };
}
