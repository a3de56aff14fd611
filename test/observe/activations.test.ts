import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ActivationMeasure, GateMeasure } from '../../src/core/run/activations.ts';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal } from './twoHeads.ts';

const ROWS = 100;

let watched: Watched | null = null;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => {
  watched?.observation.uninstall();
  watched = null;
  tf.disposeVariables();
});

interface Seen {
  readonly activations: readonly ActivationMeasure[];
  readonly gates: readonly GateMeasure[];
}

/** Observes every step of what `train` does. */
async function seen(train: () => unknown): Promise<Seen[]> {
  watched = watchThisProcess(1);
  await train();
  watched.observation.flush();
  return watched.steps().map(({ activations = [], gates = [] }) => ({ activations, gates }));
}

/** A model of layers whose outputs learn random targets, with a rate too small to move anything. */
async function fitOnce(
  x: tf.Tensor,
  input: tf.SymbolicTensor,
  outputs: tf.SymbolicTensor[],
  epochs = 1,
): Promise<void> {
  const model = tf.model({ inputs: input, outputs });
  model.compile({ optimizer: tf.train.sgd(1e-12), loss: 'meanSquaredError' });
  const targets = outputs.map(({ shape }, task) => normal([ROWS, ...shape.slice(1).map(Number)], 50 + task));
  await model.fit(x, targets, { batchSize: ROWS, epochs, verbose: 0 });
}

const apply = (layer: tf.layers.Layer, to: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor =>
  layer.apply(to) as tf.SymbolicTensor;
const head = (name: string, to: tf.SymbolicTensor): tf.SymbolicTensor => apply(tf.layers.dense({ units: 1, name }), to);

describe('activations on a deep step', () => {
  it('a bias of -10: every unit of the layer is at 0, and dead after 500 samples', async () => {
    const input = tf.input({ shape: [4] });
    const trunk = apply(
      tf.layers.dense({
        units: 8,
        activation: 'relu',
        name: 'trunk',
        biasInitializer: tf.initializers.constant({ value: -10 }),
      }),
      input,
    );
    const steps = await seen(() => fitOnce(normal([ROWS, 4], 1), input, [head('a', trunk), head('b', trunk)], 6));
    expect(steps.map(({ activations }) => activations)).toEqual(
      [0, 0, 0, 0, 8, 8].map((dead) => [
        { layer: 'trunk', op: 'Relu', index: 0, units: 8, rows: ROWS, zero: 8, dead, saturated: null },
      ]),
    );
  });

  it('exactly 3 of 8 dead, in a loop of operations', async () => {
    const bias = [1, -50, 1, 1, -50, 1, -50, 1];
    const steps = await seen(() => {
      const kernel = tf.variable(normal([4, 8], 1));
      const [a, b] = [tf.variable(normal([8, 1], 2)), tf.variable(normal([8, 1], 3))];
      const x = normal([ROWS, 4], 4);
      const optimizer = tf.train.sgd(1e-12);
      for (let step = 0; step < 7; step++) {
        optimizer.minimize(() => {
          const h = x.matMul(kernel).add(bias).relu();
          return h.matMul(a).square().mean().add(h.matMul(b).sub(1).square().mean()) as tf.Scalar;
        });
      }
    });
    expect(steps.at(0)?.activations).toMatchObject([{ layer: null, op: 'Relu', units: 8, zero: 3, dead: 0 }]);
    expect(steps.at(-1)?.activations).toMatchObject([{ layer: null, op: 'Relu', units: 8, zero: 3, dead: 3 }]);
  });

  it('sigmoid and tanh beyond 5; a confident prediction is none', async () => {
    const input = tf.input({ shape: [4] });
    const ones = normal([ROWS, 4], 1).mul(0).add(1) as tf.Tensor2D;
    // Half of the units have pre-activation 6 or -6, half have 4.
    const kernel = tf.tensor2d([6, -6, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [4, 4]);
    const layers = ['sigmoid', 'tanh', 'elu'] as const;
    const hidden = layers.map((activation) =>
      apply(tf.layers.dense({ units: 4, activation, name: activation, weights: [kernel, tf.zeros([4])] }), input),
    );
    const confident = tf.layers.dense({
      units: 1,
      activation: 'sigmoid',
      name: 'confident',
      biasInitializer: tf.initializers.constant({ value: 40 }),
    });
    const joined = apply(tf.layers.concatenate(), hidden);
    const [{ activations }] = (await seen(() =>
      fitOnce(ones, input, [head('a', joined), apply(confident, joined)]),
    )) as [Seen];
    const told = activations.map(({ layer, op, saturated, zero, dead }) => [layer, op, saturated, zero, dead]);
    expect(told.sort()).toEqual([
      ['elu', 'Elu', 0.25, null, null],
      ['sigmoid', 'Sigmoid', 0.5, null, null],
      ['tanh', 'Tanh', 0.5, null, null],
    ]);
  });

  it('a recurrent layer is one entry of all its time steps; leaky rectifiers cannot die', async () => {
    const input = tf.input({ shape: [5, 3] });
    const trunk = apply(tf.layers.simpleRNN({ units: 6, activation: 'relu', name: 'recurrent' }), input);
    const leaky = apply(tf.layers.leakyReLU(), trunk);
    const [{ activations }] = (await seen(() =>
      fitOnce(normal([ROWS, 5, 3], 1), input, [head('a', leaky), head('b', leaky)]),
    )) as [Seen];
    expect(activations).toMatchObject([
      { layer: 'recurrent', op: 'Relu', index: 0, units: 6, rows: 5 * ROWS, zero: 0 },
    ]);
  });

  it('a convolution: its units are its filters', async () => {
    const input = tf.input({ shape: [6, 6, 1] });
    const bias = tf.tensor1d([0, -100, 0]);
    const kernel = normal([3, 3, 1, 3], 2);
    const filters = apply(
      tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', name: 'filters', weights: [kernel, bias] }),
      input,
    );
    const trunk = apply(tf.layers.flatten(), filters);
    const steps = await seen(() => fitOnce(normal([ROWS, 6, 6, 1], 1), input, [head('a', trunk), head('b', trunk)], 2));
    // 3,200 positions of 200 images: many positions, and too few samples.
    expect(steps.at(-1)?.activations).toMatchObject([
      { layer: 'filters', units: 3, rows: 16 * ROWS, zero: 1, dead: 0 },
    ]);
  });
});

describe('gates on a deep step', () => {
  /** MMoE in layers: 3 experts, and per task a gate and a tower. */
  const mixture = (scale: number): { input: tf.SymbolicTensor; outputs: tf.SymbolicTensor[] } => {
    const input = tf.input({ shape: [4] });
    const experts = [0, 1, 2].map((expert) =>
      apply(
        tf.layers.reshape({ targetShape: [1, 5] }),
        apply(tf.layers.dense({ units: 5, activation: 'relu', name: `expert${expert}` }), input),
      ),
    );
    const stacked = apply(tf.layers.concatenate({ axis: 1 }), experts);
    const outputs = ['a', 'b'].map((task, index) => {
      const weights = [normal([4, 3], 7 + index).mul(scale), tf.tensor1d([0, 0, 4]).mul(scale)];
      const gate = tf.layers.dense({ units: 3, activation: 'softmax', name: `gate_${task}`, weights });
      const mixed = apply(tf.layers.dot({ axes: [1, 1] }), [apply(gate, input), stacked]);
      return head(task, mixed);
    });
    return { input, outputs };
  };

  it('two tasks and three experts: two gates of three', async () => {
    const { input, outputs } = mixture(0.1);
    const [{ gates, activations }] = (await seen(() => fitOnce(normal([ROWS, 4], 1), input, outputs))) as [Seen];
    expect(gates.map(({ layer, experts, rows, collapsed }) => ({ layer, experts, rows, collapsed }))).toEqual([
      { layer: 'gate_a', experts: 3, rows: ROWS, collapsed: 0 },
      { layer: 'gate_b', experts: 3, rows: ROWS, collapsed: 0 },
    ]);
    for (const { entropy, load } of gates) {
      expect(entropy).toBeGreaterThan(0.9);
      expect(load.reduce((sum: number, weight) => sum + Number(weight), 0)).toBeCloseTo(1, 5);
    }
    expect(activations.map(({ layer }) => layer).sort()).toEqual(['expert0', 'expert1', 'expert2']);
  });

  it('logits times 50: no entropy is left, and the load names the expert', async () => {
    const { input, outputs } = mixture(50);
    const [{ gates }] = (await seen(() => fitOnce(normal([ROWS, 4], 1).mul(0.1), input, outputs))) as [Seen];
    for (const { entropy, collapsed, load } of gates) {
      expect(entropy).toBeLessThan(0.01);
      expect(collapsed).toBeGreaterThan(0.95);
      expect(load[2]).toBeGreaterThan(0.99);
    }
    expect(gates).toHaveLength(2);
  });

  it('in a loop of operations: experts stacked, or weighed one by one', async () => {
    const x = normal([ROWS, 4], 1);
    const variables = Array.from({ length: 3 }, (_, k) => normal([4, 5], 10 + k));
    for (const oneByOne of [false, true]) {
      const [{ gates }] = (await seen(() => {
        const experts = variables.map((values) => tf.variable(values));
        const [gate, a, b] = [
          [4, 3],
          [5, 1],
          [5, 1],
        ].map((shape, k) => tf.variable(normal(shape, 20 + k))) as [tf.Variable, tf.Variable, tf.Variable];
        tf.train.sgd(1e-12).minimize(() => {
          const weights = x.matMul(gate).softmax();
          const outputs = experts.map((expert) => x.matMul(expert).relu());
          const mixed = oneByOne
            ? tf.addN(tf.unstack(weights, 1).map((weight, k) => outputs[k]!.mul(weight.expandDims(1))))
            : tf.stack(outputs, 1).mul(weights.expandDims(2)).sum(1);
          return mixed.matMul(a).square().mean().add(mixed.matMul(b).sub(1).square().mean()) as tf.Scalar;
        });
      })) as [Seen];
      expect(gates, `one by one: ${oneByOne}`).toMatchObject([{ layer: null, index: 0, experts: 3, rows: ROWS }]);
      watched?.observation.uninstall();
    }
  });

  it('a classifier is no gate, nor a prediction that another task uses, nor attention over positions', async () => {
    const x = normal([ROWS, 4, 5], 1);
    const labels = tf.oneHot(tf.range(0, ROWS, 1, 'int32').mod(tf.scalar(4, 'int32')), 4);
    const [{ gates }] = (await seen(() => {
      const shapes = { score: [5, 1], query: [5, 5], key: [5, 5], classes: [5, 4], own: [5, 4], b: [4, 1] };
      const w = Object.fromEntries(
        Object.entries(shapes).map(([name, shape], k) => [name, tf.variable(normal(shape, 30 + k), true, name)]),
      ) as Record<keyof typeof shapes, tf.Variable>;
      tf.train.sgd(1e-12).minimize(() => {
        const flat = x.reshape([4 * ROWS, 5]);
        // Scores made one by one, then over the positions; and scores as products of activations.
        const pooled = flat.matMul(w.score).reshape([ROWS, 4]).softmax().expandDims(2).mul(x.mul(1)).sum(1);
        const keys = flat.matMul(w.key).reshape([ROWS, 4, 5]);
        const scores = tf.matMul(pooled.matMul(w.query).expandDims(1), keys, false, true).reshape([ROWS, 4]);
        const again = scores.softmax().expandDims(2).mul(keys).sum(1);
        const probabilities = again.matMul(w.classes).softmax();
        const classLoss = probabilities.log().mul(labels).sum(1).neg().mean();
        const used = probabilities.mul(again.matMul(w.own));
        return classLoss.add(used.matMul(w.b).square().mean()) as tf.Scalar;
      });
    })) as [Seen];
    expect(gates).toEqual([]);
  });
});

it('measuring changes no bit of the weights, and leaves no tensor behind', async () => {
  const train = async (): Promise<{ weights: number[]; tensors: number }> => {
    const [x, y] = [normal([32, 4], 1), [normal([32, 1], 2), normal([32, 1], 3)]];
    const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
    const input = tf.input({ shape: [4] });
    const [gate, first, second] = [
      tf.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: seeded(1) }),
      tf.layers.dense({ units: 5, activation: 'relu', kernelInitializer: seeded(2) }),
      tf.layers.dense({ units: 5, activation: 'tanh', kernelInitializer: seeded(3) }),
    ].map((layer) => apply(layer, input)) as [tf.SymbolicTensor, tf.SymbolicTensor, tf.SymbolicTensor];
    const reshape = (to: tf.SymbolicTensor) => apply(tf.layers.reshape({ targetShape: [1, 5] }), to);
    const stacked = apply(tf.layers.concatenate({ axis: 1 }), [reshape(first), reshape(second)]);
    const mixed = apply(tf.layers.dot({ axes: [1, 1] }), [gate, stacked]);
    const outputs = ['a', 'b'].map((name, k) =>
      apply(tf.layers.dense({ units: 1, name: `${name}${Math.random()}`, kernelInitializer: seeded(4 + k) }), mixed),
    );
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    const before = tf.memory().numTensors;
    await model.fit(x, y, { batchSize: 8, epochs: 3, shuffle: false, verbose: 0 });
    const tensors = tf.memory().numTensors - before;
    const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
    return { weights, tensors };
  };
  const plain = await train();
  let observed = plain;
  const steps = await seen(async () => (observed = await train()));
  expect(steps).toHaveLength(12);
  expect(steps.every(({ activations, gates }) => activations.length === 2 && gates.length === 1)).toBe(true);
  expect(observed).toEqual(plain);
});
