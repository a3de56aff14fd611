import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apply, fitOnce, head, ROWS, seen, type Seen } from './activity.ts';
import { normal } from './twoHeads.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => tf.disposeVariables());

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
    await model.fit(x, y, { batchSize: 8, epochs: 3, shuffle: false, verbose: 0 as never });
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
