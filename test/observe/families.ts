import * as tf from '@tensorflow/tfjs';

/** A small multi-task problem of one architecture: everything that is needed to compute its losses again and again. */
export interface Family {
  readonly name: string;
  /** Losses per task, unweighted scalars; deterministic. */
  losses(): tf.Scalar[];
  readonly variables: tf.Variable[];
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

type Tensor = tf.Tensor;

/** A functional model whose outputs are the tasks' predictions, with mean squared errors to random targets. */
function layersFamily(
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
    dispose: () => tf.dispose([model.weights.map((weight) => weight.read()), targets, x]),
  };
}

function dense(draw: Draw): Family {
  const [batch, width] = [draw(2, 9), draw(2, 7)];
  const input = tf.input({ shape: [width] });
  const first = tf.layers.dense({ units: draw(3, 9), activation: 'relu' }).apply(input);
  const trunk = tf.layers.dense({ units: draw(3, 9), activation: 'sigmoid' }).apply(first) as tf.SymbolicTensor;
  return layersFamily('dense', tf.randomNormal([batch, width]), input, trunk, draw(2, 4));
}

function convolutional(draw: Draw): Family {
  const [batch, size] = [draw(2, 4), draw(6, 9)];
  const input = tf.input({ shape: [size, size, 2] });
  const first = tf.layers.conv2d({ filters: draw(2, 4), kernelSize: 3, activation: 'relu' }).apply(input);
  const pooled = tf.layers.averagePooling2d({ poolSize: 2 }).apply(first);
  const trunk = tf.layers.flatten().apply(pooled) as tf.SymbolicTensor;
  return layersFamily('convolutional', tf.randomNormal([batch, size, size, 2]), input, trunk, 2);
}

function recurrent(draw: Draw): Family {
  const [batch, time, width] = [draw(2, 4), draw(2, 5), draw(2, 4)];
  const input = tf.input({ shape: [time, width] });
  const trunk = tf.layers.gru({ units: draw(2, 5) }).apply(input) as tf.SymbolicTensor;
  return layersFamily('recurrent', tf.randomNormal([batch, time, width]), input, trunk, draw(2, 3));
}

function embedding(draw: Draw): Family {
  const [batch, time, words] = [draw(2, 5), draw(2, 5), draw(4, 9)];
  const input = tf.input({ shape: [time] });
  const embedded = tf.layers.embedding({ inputDim: words, outputDim: draw(2, 5) }).apply(input);
  const trunk = tf.layers.flatten().apply(embedded) as tf.SymbolicTensor;
  return layersFamily('embedding', tf.randomUniform([batch, time], 0, words, 'int32'), input, trunk, 2);
}

/** A family of plain operations: `predict` gives the tasks' predictions from named variables. */
function opsFamily(
  name: string,
  shapes: Record<string, number[]>,
  x: Tensor,
  predict: (w: Record<string, Tensor>) => Tensor[],
): Family {
  const weights = Object.fromEntries(
    Object.entries(shapes).map(([key, shape], index) => [
      key,
      tf.variable(tf.randomNormal(shape, 0, 0.7, 'float32', 3 + index)),
    ]),
  );
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
    variables: Object.values(weights),
    dispose: () => tf.dispose([Object.values(weights), targets, x]),
  };
}

function attention(draw: Draw): Family {
  const [batch, time, width] = [draw(2, 4), draw(2, 5), draw(2, 5)];
  const x = tf.randomNormal([batch, time, width]);
  const square = [width, width];
  return opsFamily('attention', { query: square, key: square, value: square, a: [width, 1], b: [width, 2] }, x, (w) => {
    const project = (weight: Tensor | undefined): Tensor =>
      x
        .reshape([batch * time, width])
        .matMul(weight ?? x)
        .reshape([batch, time, width]);
    const scores = tf.matMul(project(w['query']), project(w['key']), false, true).div(Math.sqrt(width)).softmax();
    const pooled = tf.matMul(scores, project(w['value'])).mean(1);
    return [pooled.matMul(w['a'] ?? x), pooled.matMul(w['b'] ?? x)];
  });
}

function mixtureOfExperts(draw: Draw): Family {
  const [batch, width, hidden] = [draw(3, 6), draw(2, 5), draw(2, 5)];
  const x = tf.randomNormal([batch, width]);
  const shapes: Record<string, number[]> = {
    towerA: [hidden, 1],
    towerB: [hidden, 1],
    gateA: [width, 3],
    gateB: [width, 3],
  };
  for (const expert of [0, 1, 2]) {
    shapes[`expert${expert}`] = [width, hidden];
  }
  return opsFamily('mixture of experts', shapes, x, (w) => {
    const experts = tf.stack(
      [0, 1, 2].map((expert) => x.matMul(w[`expert${expert}`] ?? x).relu()),
      1,
    );
    const mixed = (gate: Tensor | undefined): Tensor =>
      x
        .matMul(gate ?? x)
        .softmax()
        .expandDims(2)
        .mul(experts)
        .sum(1);
    return [mixed(w['gateA']).matMul(w['towerA'] ?? x), mixed(w['gateB']).matMul(w['towerB'] ?? x)];
  });
}

/** Every architecture that the gradients are checked on. */
export const families: Readonly<Record<string, (draw: Draw) => Family>> = {
  dense,
  convolutional,
  recurrent,
  embedding,
  attention,
  'mixture of experts': mixtureOfExperts,
};
