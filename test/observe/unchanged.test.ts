import * as tf from '@tensorflow/tfjs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/trainer/backend/chooseBackend.ts';
import { seedRandomness } from '../../src/trainer/seed.ts';
import { watchThisProcess } from './inProcess.ts';
import { steps, trainings as others, weightsOf, type NamedTraining, type Training } from './trainings.ts';

const require = createRequire(import.meta.url);
const seed = 7;

function regularisedModel(): tf.LayersModel {
  const input = tf.input({ shape: [6] });
  let h = tf.layers
    .dense({ units: 12, activation: 'relu', kernelRegularizer: tf.regularizers.l2({ l2: 1e-3 }) })
    .apply(input) as tf.SymbolicTensor;
  h = tf.layers.batchNormalization().apply(h) as tf.SymbolicTensor;
  h = tf.layers.dropout({ rate: 0.3 }).apply(h) as tf.SymbolicTensor;
  h = tf.layers.dense({ units: 8, activation: 'tanh' }).apply(h) as tf.SymbolicTensor;
  const outputs = [
    tf.layers.dense({ units: 1 }).apply(h) as tf.SymbolicTensor,
    tf.layers.dense({ units: 3, activation: 'softmax' }).apply(h) as tf.SymbolicTensor,
    tf.layers.dense({ units: 1 }).apply(h) as tf.SymbolicTensor,
  ];
  const model = tf.model({ inputs: input, outputs });
  model.compile({
    optimizer: tf.train.adam(0.01),
    loss: ['meanSquaredError', 'categoricalCrossentropy', 'meanSquaredError'],
  });
  return model;
}

function data() {
  const x = tf.randomNormal([80, 6]);
  const labels = tf.tidy(() => tf.oneHot(tf.randomUniform([80], 0, 3, 'int32'), 3).toFloat());
  return { x, y: [tf.randomNormal([80, 1]), labels, tf.randomNormal([80, 1], 0, 100)] };
}

const plain: Record<string, Training> = {
  'fit with dropout, BatchNorm and regulariser': async (everyStep) => {
    const model = regularisedModel();
    const { x, y } = data();
    await model.fit(x, y, {
      epochs: steps / 5,
      batchSize: 16,
      verbose: 0 as never,
      callbacks: { onBatchEnd: () => everyStep() },
    });
    return weightsOf(model);
  },
  trainOnBatch: async (everyStep) => {
    const model = regularisedModel();
    const { x, y } = data();
    for (let step = 0; step < steps; step++) {
      await model.trainOnBatch(x, y);
      everyStep();
    }
    return weightsOf(model);
  },
  'a loop of its own': (everyStep) => {
    const { x, y } = data();
    const w = [
      [6, 9],
      [9, 1],
      [9, 3],
    ].map((shape) => tf.variable(tf.randomNormal(shape, 0, 0.5)));
    const [trunk, a, b] = w as [tf.Variable, tf.Variable, tf.Variable];
    const optimizer = tf.train.momentum(1e-3, 0.9);
    for (let step = 0; step < steps; step++) {
      optimizer.minimize(() => {
        const h = tf.dropout(x.matMul(trunk).relu(), 0.2);
        const regression = tf.losses.meanSquaredError(y[0]!, h.matMul(a));
        const classes = tf.losses.softmaxCrossEntropy(y[1]!, h.matMul(b));
        return tf.add(regression.mul(0.5), classes) as tf.Scalar;
      });
      everyStep();
    }
    return Promise.resolve(w.map((variable) => Array.from(variable.dataSync())));
  },
};

const trainings: Readonly<Record<string, NamedTraining>> = {
  ...Object.fromEntries(Object.entries(plain).map(([name, train]) => [name, { train, objectives: 1, count: steps }])),
  ...others,
};

describe.each(['cpu', 'wasm'] as const)('watching changes nothing on %s', (backend) => {
  beforeAll(async () => {
    await chooseBackend(backend, tf, { load: (specifier) => require(specifier) as unknown });
    expect(tf.getBackend()).toBe(backend);
  });

  it.each(Object.keys(trainings))(
    '%s: the same weights to the bit, observed never, every 10th and every step',
    async (name) => {
      const run = async (every: number | null) => {
        const random = seedRandomness(tf, seed);
        const watched = every === null ? null : watchThisProcess(every);
        const tensors: number[] = [];
        const weights = await trainings[name]!.train(() => tensors.push(tf.memory().numTensors));
        const observed = watched?.observation.observed ?? 0;
        watched?.observation.uninstall();
        random.uninstall();
        return { weights, observed, growth: (tensors.at(-1) ?? NaN) - (tensors[1] ?? NaN) };
      };
      const plain = await run(null);
      expect(plain.weights.flat().every(Number.isFinite)).toBe(true);
      const { count, objectives } = trainings[name]!;
      for (const [every, observed] of [
        [0, 0],
        [10, count / 10 + objectives],
        [1, count],
      ] as const) {
        const watched = await run(every);
        expect(watched.observed, `every ${every}`).toBe(observed);
        expect(watched.weights, `seed ${seed}, every ${every}`).toEqual(plain.weights);
        expect(watched.growth, `tensors left over, every ${every}`).toBe(plain.growth);
      }
    },
  );
});
