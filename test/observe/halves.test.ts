import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backends, useBackend } from '../backends.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import type { HalvesLine } from '../../src/core/run/record.ts';
import { seedRandomness } from '../../src/trainer/seed.ts';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal } from './twoHeads.ts';

/** The first step at which every tenth observation looks at halves. */
const steps = 10;

/** A model with several heads, and one batch for it. */
interface Problem {
  readonly model: tf.LayersModel;
  readonly x: tf.Tensor;
  readonly y: readonly tf.Tensor[];
}

type Trunk = (input: tf.SymbolicTensor) => tf.SymbolicTensor;

let watched: Watched | null = null;
afterEach(() => {
  watched?.observation.uninstall();
  watched = null;
  tf.disposeVariables();
});

function problem(x: tf.Tensor, trunk: Trunk, tasks: number): Problem {
  const input = tf.input({ shape: x.shape.slice(1) });
  const h = trunk(input);
  const outputs = Array.from({ length: tasks }, () => {
    const hidden = tf.layers.dense({ units: 4, activation: 'tanh' }).apply(h);
    return tf.layers.dense({ units: 1 }).apply(hidden) as tf.SymbolicTensor;
  });
  const y = outputs.map((_, task) => normal([x.shape[0]!, 1], 20 + task).mul(task + 1));
  return { model: tf.model({ inputs: input, outputs }), x, y };
}

const through = (layers: readonly tf.layers.Layer[], input: tf.SymbolicTensor): tf.SymbolicTensor =>
  layers.reduce((h, layer) => layer.apply(h) as tf.SymbolicTensor, input);

const dense: Trunk = (input) =>
  through(
    [tf.layers.dense({ units: 6, activation: 'relu' }), tf.layers.dense({ units: 5, activation: 'tanh' })],
    input,
  );
const convolutional: Trunk = (input) =>
  through(
    [
      tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
    ],
    input,
  );
const embedding: Trunk = (input) =>
  through([tf.layers.embedding({ inputDim: 7, outputDim: 3 }), tf.layers.flatten()], input);
const normalised: Trunk = (input) =>
  through(
    [tf.layers.dense({ units: 6 }), tf.layers.batchNormalization(), tf.layers.activation({ activation: 'tanh' })],
    input,
  );

const problems: Record<string, (batch: number, tasks: number) => Problem> = {
  dense: (batch, tasks) => problem(normal([batch, 4], 1), dense, tasks),
  convolutional: (batch, tasks) => problem(normal([batch, 6, 6, 2], 1), convolutional, tasks),
  embedding: (batch, tasks) => problem(tf.randomUniform([batch, 3], 0, 7, 'int32', 1), embedding, tasks),
};

/** Trains one batch over and over; says the weights before each step. */
const ways: Record<string, (problem: Problem, beforeStep: () => void) => Promise<void>> = {
  'a loop of its own': ({ model, x, y }, beforeStep) => {
    const optimizer = tf.train.sgd(0.01);
    for (let step = 1; step <= steps; step++) {
      beforeStep();
      optimizer.minimize(() => {
        const predictions = model.apply(x, { training: true }) as tf.Tensor[];
        return tf.addN(
          predictions.map((prediction, task) => tf.losses.meanSquaredError(y[task]!, prediction)),
        ) as tf.Scalar;
      });
    }
    return Promise.resolve();
  },
  fit: async ({ model, x, y }, beforeStep) => {
    model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
    const [batchSize] = x.shape;
    await model.fit(x, [...y], {
      batchSize: batchSize!,
      epochs: steps,
      shuffle: false,
      verbose: 0 as never,
      callbacks: { onEpochBegin: beforeStep },
    });
  },
};

async function observe(made: Problem, way: string): Promise<{ lines: HalvesLine[]; weights: tf.Tensor[] }> {
  let weights: tf.Tensor[] = [];
  watched = watchThisProcess(1);
  await ways[way]!(made, () => {
    tf.dispose(weights);
    weights = made.model.getWeights().map((weight) => weight.clone());
  });
  watched.observation.flush();
  const lines = watched.lines.filter((line) => line.type === 'halves');
  return { lines, weights };
}

/** Per task the gradient of the mean loss of some rows, by the trunk's variables, one after another. */
function gradientsOfRows({ model, x, y }: Problem, names: readonly string[], from: number, until: number): number[][] {
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const trunk = variables.filter(({ name }) => names.includes(name));
  const rows = (tensor: tf.Tensor): tf.Tensor => tf.slice(tensor, from, until - from);
  return y.map((labels, task) =>
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const predictions = model.apply(rows(x), { training: true }) as tf.Tensor[];
        return tf.losses.meanSquaredError(rows(labels), predictions[task]!) as tf.Scalar;
      }, trunk);
      return trunk.flatMap(({ name }) => Array.from(grads[name]!.dataSync()));
    }),
  );
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0);

describe.each(backends)('gradients of two halves of a batch, on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe.each(Object.keys(ways))('by %s', (way) => {
    describe.each(Object.keys(problems))('%s', (name) => {
      it.each([
        [2, 2],
        [8, 2],
        [7, 3],
        [3, 2],
      ])('of %i samples, %i tasks: as by a pass for each half and task', async (batch, tasks) => {
        const random = seedRandomness(tf, batch);
        const made = problems[name]!(batch, tasks);
        random.uninstall();
        const { lines, weights } = await observe(made, way);
        expect(lines.map(({ step, rows, independent }) => ({ step, rows, independent }))).toEqual([
          { step: steps, rows: batch, independent: true },
        ]);
        const terms = watched!.graph().terms.map(({ id }) => id);
        const group = watched!.graph().groups.find(({ kind }) => kind === 'shared')!;
        watched!.observation.uninstall();
        made.model.setWeights(weights);
        const names = group.variables.map((each) => each.name);
        const middle = Math.floor(batch / 2);
        const first = gradientsOfRows(made, names, 0, middle);
        const second = gradientsOfRows(made, names, middle, batch);
        const { groups } = lines[0]!;
        expect(Object.keys(groups)).toEqual([group.id]);
        expect(groups[group.id]!.terms).toEqual(terms);
        const cross = groups[group.id]!.cross.map(toNumber);
        expect(cross).toHaveLength(tasks * tasks);
        first.forEach((a, i) =>
          second.forEach((b, j) => {
            const scale = Math.sqrt(dot(a, a) * dot(b, b));
            expect(scale).toBeGreaterThan(0);
            expect(Math.abs(cross[i * tasks + j]! - dot(a, b)) / scale, `seed ${batch}, ${i} ${j}`).toBeLessThan(1e-5);
          }),
        );
      });
    });

    it('BatchNorm in the trunk mixes them: they are not called independent', async () => {
      const { lines } = await observe(problem(normal([8, 4], 1), normalised, 2), way);
      expect(lines).toMatchObject([{ step: steps, rows: 8, independent: false }]);
    });

    it('of one sample are none', async () => {
      const { lines } = await observe(problems['dense']!(1, 2), way);
      expect(lines).toEqual([]);
    });
  });

  describe('of tasks that meet at weights', () => {
    const train = (losses: () => tf.Tensor[]): HalvesLine[] => {
      watched = watchThisProcess(1);
      const optimizer = tf.train.sgd(0.01);
      for (let step = 1; step <= steps; step++) {
        optimizer.minimize(() => tf.addN(losses()) as tf.Scalar);
      }
      watched.observation.flush();
      expect(watched.graph().terms).toHaveLength(2);
      return watched.lines.filter((line) => line.type === 'halves');
    };

    it('as by a pass for each half and task, where each has rows of its own', () => {
      const w = tf.variable(normal([4, 1], 1));
      const batches = [2, 3].map((seed) => normal([6, 4], seed));
      const lossOf = (x: tf.Tensor): tf.Tensor => x.matMul(w).sub(1).square().mean();
      let before: tf.Tensor | null = null;
      const lines = train(() => {
        before?.dispose();
        before = tf.keep(w.clone());
        return batches.map(lossOf);
      });
      expect(lines).toMatchObject([{ step: steps, rows: 6, independent: true }]);
      watched!.observation.uninstall();
      w.assign(before! as tf.Tensor);
      const halves = [0, 3].map((from) =>
        batches.map((x) =>
          Array.from(tf.variableGrads(() => lossOf(x.slice(from, 3)) as tf.Scalar, [w]).grads[w.name]!.dataSync()),
        ),
      );
      const [group] = Object.values(lines[0]!.groups);
      const expected = halves[0]!.flatMap((a) => halves[1]!.map((b) => dot(a, b)));
      group!.cross.forEach((value, pair) => expect(toNumber(value) / expected[pair]!, `${pair}`).toBeCloseTo(1, 4));
    });

    const twice = (between: tf.layers.Layer[]): (() => tf.Tensor[]) => {
      const [x, y] = [normal([6, 4], 1), normal([6, 1], 2)];
      const layers = [tf.layers.dense({ units: 5, inputShape: [4] }), ...between, tf.layers.dense({ units: 5 })];
      const shared = tf.sequential({ layers });
      const [a, b] = [1, 2].map((seed) => tf.variable(normal([5, 1], seed)));
      return () =>
        [a!, b!].map((head) => (shared.apply(x, { training: true }) as tf.Tensor).matMul(head).sub(y).square().mean());
    };

    it('BatchNorm on the way of each mixes them', () => {
      expect(train(twice([]))).toMatchObject([{ rows: 6, independent: true }]);
      watched?.observation.uninstall();
      expect(train(twice([tf.layers.batchNormalization()]))).toMatchObject([{ rows: 6, independent: false }]);
    });

    it('what has no row for each sample is not taken for halves of them', () => {
      const [w, b, x] = [tf.variable(normal([4, 3], 1)), tf.variable(normal([3], 3)), normal([8, 4], 2)];
      // Products of columns with columns: 3 rows, of all samples.
      const columns = (h: tf.Tensor): tf.Tensor => h.transpose().matMul(h).div(8);
      const lines = train(() => [1, 2].map((to) => columns(x.div(to).matMul(w)).add(b).sub(to).square().mean()));
      expect(Object.values(lines[0]!.groups)[0]!.cross.map(toNumber).every(Number.isFinite)).toBe(true);
      expect(lines).toMatchObject([{ rows: 3, independent: false }]);
    });

    it('of different rows are none', () => {
      const w = tf.variable(normal([4, 1], 1));
      expect(train(() => [6, 4].map((rows) => normal([rows, 4], rows).matMul(w).sub(1).square().mean()))).toEqual([]);
    });
  });
});
