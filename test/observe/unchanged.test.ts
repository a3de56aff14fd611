import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, useBackend, type TestedBackend } from '../backends.ts';
import type { RecordLine } from '../../src/core/run/record.ts';
import { seedRandomness } from '../../src/trainer/seed.ts';
import { watchThisProcess } from './inProcess.ts';
import { farthest, type Spread } from './spread.ts';
import { steps, trainings as others, weightsOf, type NamedTraining, type Training } from './trainings.ts';

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

/** Draws in the backward pass. */
const noisyGradient = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => [dy.add(tf.randomUniform(dy.shape, -1e-4, 1e-4))],
}));

/** Each trains for 200 steps from the seeded Math.random, and gives all weights, moving averages included. */
const ofOneObjective: Record<string, Training> = {
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
        const h = tf.dropout(noisyGradient(x.matMul(trunk)).relu(), 0.2);
        const regression = tf.losses.meanSquaredError(y[0]!, h.matMul(a));
        const classes = tf.losses.softmaxCrossEntropy(y[1]!, h.matMul(b));
        return tf.add(regression.mul(0.5), classes) as tf.Scalar;
      });
      everyStep();
    }
    return Promise.resolve(w.map((variable) => Array.from(variable.dataSync())));
  },
};

/** Sixty steps of a loop of its own that leaves out every update that is not finite; every 20th step is spoilt. */
function trainCarefully(far: (loss: tf.Tensor, spoilt: boolean) => tf.Tensor, everyStep: () => void): number[][] {
  const { x, y } = data();
  const w = [
    [6, 9],
    [9, 1],
    [9, 1],
  ].map((shape) => tf.variable(tf.randomNormal(shape, 0, 0.5)));
  const [trunk, a, b] = w as [tf.Variable, tf.Variable, tf.Variable];
  const optimizer = tf.train.adam(0.01);
  for (let step = 0; step < 60; step++) {
    const { value, grads } = tf.variableGrads(() => {
      const h = tf.dropout(noisyGradient(x.matMul(trunk)).relu(), 0.2);
      const near = tf.losses.meanSquaredError(y[0]!, h.matMul(a));
      const spoilt = far(tf.losses.meanSquaredError(y[2]!, h.matMul(b)), step % 20 === 19);
      return tf.add(near, noisyGradient(spoilt)) as tf.Scalar;
    }, w);
    if (Object.values(grads).every((gradient) => gradient.dataSync().every(Number.isFinite))) {
      optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0]);
    }
    tf.dispose([value, grads]);
    everyStep();
  }
  const weights = w.map((variable) => Array.from(variable.dataSync()));
  expect(weights.flat().every(Number.isFinite)).toBe(true);
  return weights;
}

/** A number that is not finite turns up half-way, and most weights never hear of it. */
const spoiltTrainings: Record<string, Training> = {
  'fit, where one label of a task with a tower of its own is no number': async (everyStep) => {
    const input = tf.input({ shape: [6] });
    let h = tf.layers.dense({ units: 12 }).apply(input) as tf.SymbolicTensor;
    h = tf.layers.batchNormalization().apply(h) as tf.SymbolicTensor;
    h = tf.layers.dropout({ rate: 0.3 }).apply(h) as tf.SymbolicTensor;
    const outputs = [h, h, input].map((below) => tf.layers.dense({ units: 1 }).apply(below) as tf.SymbolicTensor);
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    const { x } = data();
    const y = outputs.map((_, task) => tf.randomNormal([80, 1], task));
    for (const last of [y[2]!, tf.where(tf.range(0, 80).equal(50).expandDims(1), NaN, y[2]!)]) {
      await model.fit(x, [y[0]!, y[1]!, last], {
        epochs: 6,
        batchSize: 16,
        verbose: 0 as never,
        callbacks: { onBatchEnd: () => everyStep() },
      });
    }
    const weights = weightsOf(model);
    // The trunk with its moving averages, and two heads, are whole; the third head is not.
    expect(weights.flat().filter((value) => !Number.isFinite(value))).toHaveLength(7);
    return weights;
  },
  'a loop that leaves out the updates of steps whose loss is no number': (everyStep) =>
    Promise.resolve(trainCarefully((loss, spoilt) => (spoilt ? loss.mul(-1) : loss).log(), everyStep)),
  'a loop that leaves out the updates of steps whose gradients are none': (everyStep) =>
    // The square root of 0 is finite, and its gradient is not.
    Promise.resolve(trainCarefully((loss, spoilt) => (spoilt ? loss.mul(0) : loss).sqrt(), everyStep)),
};

const trainings: Readonly<Record<string, NamedTraining>> = {
  ...Object.fromEntries(
    Object.entries(ofOneObjective).map(([name, train]) => [name, { train, objectives: 1, count: steps }]),
  ),
  ...others,
};

/** How a training is watched, and how many of its steps are looked at in full; null: as many as time allows. */
interface Way {
  readonly every: number | null;
  readonly budget: number | null;
  readonly deep: ((training: NamedTraining) => number) | null;
}
const ways: readonly Way[] = [
  { every: 0, budget: null, deep: () => 0 },
  { every: 10, budget: null, deep: ({ count, objectives }) => count / 10 + objectives },
  { every: 1, budget: null, deep: ({ count }) => count },
  { every: null, budget: 0.01, deep: null },
  { every: null, budget: 0.05, deep: null },
  { every: null, budget: 1000, deep: null },
];

/** Trains once from the seed, watched or not. */
async function train(training: Training, way: Way | null) {
  const random = seedRandomness(tf, seed);
  const watched = way === null ? null : watchThisProcess(way.every, way.budget, random);
  const tensors: number[] = [];
  const weights = await training(() => tensors.push(tf.memory().numTensors));
  watched?.observation.uninstall();
  const drawn = random.snapshot();
  random.uninstall();
  return {
    weights,
    drawn,
    lines: watched?.lines ?? [],
    observed: watched?.observation.observed ?? 0,
    growth: (tensors.at(-1) ?? NaN) - (tensors[1] ?? NaN),
  };
}

/**
 * The largest difference between the weights of unobserved runs. On cpu and wasm every one is the same; on the native backend,
 * whose threads may add in another order, three are compared.
 */
async function spreadOf(training: Training, backend: TestedBackend, first: Trained): Promise<Spread> {
  if (backend !== 'node') {
    return { weights: 0, sameDraws: true };
  }
  const others = [await train(training, null), await train(training, null)];
  const weights = Math.max(...others.map((each) => farthest(each.weights, first.weights)));
  console.log(`unobserved runs on the native backend differ by ${weights}`);
  // What a script draws may depend on what it has trained so far.
  return { weights, sameDraws: others.every(({ drawn }) => String(drawn) === String(first.drawn)) };
}

type Trained = Awaited<ReturnType<typeof train>>;

/** The largest difference among three is no bound for a fourth. */
const FARTHER = 2;

/** Bit for bit where unobserved runs are the same, else not much farther from one than they are from each other. */
function expectSame(watched: Trained, plain: Trained, spread: Spread, what: string): void {
  if (spread.weights === 0) {
    expect(watched.weights, what).toEqual(plain.weights);
  } else {
    expect(farthest(watched.weights, plain.weights), what).toBeLessThanOrEqual(FARTHER * spread.weights);
  }
  if (spread.sameDraws) {
    expect(watched.drawn, `random numbers, ${what}`).toEqual(plain.drawn);
  }
}

describe.each(backends)('watching changes nothing on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(Object.keys(trainings))('%s: the same weights to the bit, at every depth and budget', async (name) => {
    const training = trainings[name]!;
    const plain = await train(training.train, null);
    expect(plain.weights.flat().every(Number.isFinite)).toBe(true);
    const spread = await spreadOf(training.train, backend, plain);
    for (const way of ways) {
      const watched = await train(training.train, way);
      const what = `seed ${seed}, every ${way.every}, budget ${way.budget}`;
      expectSame(watched, plain, spread, what);
      expect(watched.growth, `tensors left over, ${what}`).toBe(plain.growth);
      // What was looked at, so that nothing passes by not looking.
      const { windows, halves } = looksOf(watched.lines);
      const deep = way.deep?.(training) ?? null;
      expect(watched.observed, what).toBe(deep ?? watched.observed);
      expect(windows.length, what).toBe(training.count);
      expect(
        windows.some(({ boundary }) => boundary !== null),
        what,
      ).toBe(way.every !== 0);
      if (name in ofOneObjective) {
        expect(halves, what).toBe(deep === null ? Math.max(halves, 1) : Math.floor(deep / 10));
      }
    }
  });

  it.each(Object.keys(spoiltTrainings))(
    '%s: nor does the search for the first number that is not finite',
    async (name) => {
      const training = spoiltTrainings[name]!;
      const plain = await train(training, null);
      const spread = await spreadOf(training, backend, plain);
      for (const way of ways) {
        const watched = await train(training, way);
        const what = `seed ${seed}, every ${way.every}, budget ${way.budget}`;
        expectSame(watched, plain, spread, what);
        expect(watched.growth, `tensors left over, ${what}`).toBe(plain.growth);
        expect(
          watched.lines.filter(({ type }) => type === 'event'),
          what,
        ).toMatchObject([{ kind: 'nonFinite' }]);
      }
    },
  );
});

function looksOf(lines: readonly RecordLine[]) {
  return {
    windows: lines.filter((line) => line.type === 'window'),
    halves: lines.filter(({ type }) => type === 'halves').length,
  };
}
