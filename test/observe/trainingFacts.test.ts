import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { factsOf, placesIn } from './factsOf.ts';
import { watchEachTest } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

const place = placesIn(import.meta.url);
const [x, y, z] = [normal([8, 4], 1), normal([8, 1], 2), normal([8, 1], 3)];
const labels = [y, z];

const watched = watchEachTest();

const dense = (units: number, name: string, inputs = 4, more: object = {}) =>
  tf.sequential({
    name: `${name}_net`,
    layers: [tf.layers.dense({ units, name, inputShape: [inputs], ...more })],
  });
const run = (model: tf.Sequential, input: tf.Tensor): tf.Tensor => model.apply(input) as tf.Tensor;
const error = (target: tf.Tensor, prediction: tf.Tensor): tf.Scalar =>
  tf.losses.meanSquaredError(target, prediction) as tf.Scalar;

describe('units that are all alike', () => {
  const train = (steps: number, layers: Record<'kernel' | 'last', object>, activation: 'relu' | 'tanh' = 'tanh') => {
    const net = tf.sequential({
      layers: [
        tf.layers./*@alike*/ dense({ units: 3, name: 'hidden', activation, inputShape: [4], ...layers.kernel }),
        tf.layers.dense({ units: 2, name: 'last', ...layers.last }),
      ],
    });
    const target = normal([8, 2], 9);
    const optimizer = tf.train.sgd(0.01);
    for (let step = 0; step < steps; step++) {
      optimizer.minimize(() => error(target, run(net, x)));
    }
    return factsOf(watched.lines, 'symmetry');
  };
  const constant = { kernelInitializer: tf.initializers.constant({ value: 0.1 }) };
  const zeros = { kernelInitializer: 'zeros' };

  it('and get gradients that are all alike are told after five steps, at their layer', () => {
    expect(train(4, { kernel: constant, last: constant })).toEqual([]);
    expect(train(5, { kernel: constant, last: constant })).toMatchObject([
      {
        layer: 'hidden',
        step: 9,
        position: { line: place('alike').line },
        details: { values: 'equalUnits', gradient: 'equalUnits', units: 3, steps: 5 },
      },
    ]);
  });

  it('of zeros whose gradients are 0 are told after twenty', () => {
    expect(train(19, { kernel: zeros, last: {} }, 'relu')).toEqual([]);
    expect(train(20, { kernel: zeros, last: {} }, 'relu')).toMatchObject([
      { layer: 'hidden', details: { values: 'zero', gradient: 'zero' } },
    ]);
  });

  it('are none where the next layer, or the targets, tell them apart', () => {
    // Random weights behind them; and a last layer of zeros, whose units have targets of their own.
    expect(train(20, { kernel: constant, last: {} })).toEqual([]);
    expect(train(20, { kernel: {}, last: zeros })).toEqual([]);
    expect(train(20, { kernel: {}, last: {} })).toEqual([]);
  });
});

describe('an objective that moves what another one lists', () => {
  const gan = (discriminatorList: 'none' | 'own' | 'all', turns: number): void => {
    const [generator, discriminator] = [dense(4, 'made'), dense(1, 'judge')];
    const listOf = (...nets: tf.Sequential[]) =>
      nets.flatMap((net) => net.trainableWeights.map((weight) => weight.read() as tf.Variable));
    const lists = { none: [], own: [listOf(discriminator)], all: [listOf(discriminator, generator)] };
    const [one, other] = [tf.train.sgd(0.01), tf.train.sgd(0.01)];
    const judged = (): tf.Tensor => run(discriminator, run(generator, x));
    for (let turn = 0; turn < turns; turn++) {
      one./*@whole*/ minimize(() => error(y, judged()), false, ...lists[discriminatorList]);
      other.minimize(() => error(z, judged()), false, listOf(generator));
    }
  };

  it('in turn with it is told, with the model', () => {
    gan('none', 3);
    expect(factsOf(watched.lines, 'foreignVariables')).toEqual([]);
    gan('none', 5);
    expect(factsOf(watched.lines, 'foreignVariables')).toMatchObject([
      { position: { line: place('whole').line }, details: { models: ['made_net'] } },
    ]);
  });

  it.each(['own', 'all'] as const)('is none where both have their lists: %s', (list) => {
    gan(list, 6);
    expect(factsOf(watched.lines, 'foreignVariables')).toEqual([]);
  });

  it('is none for two tasks in turn that share a trunk', () => {
    const [trunk, a, b] = [dense(3, 'both'), dense(1, 'headA', 3), dense(1, 'headB', 3)];
    const [one, other] = [tf.train.sgd(0.01), tf.train.sgd(0.01)];
    for (let turn = 0; turn < 6; turn++) {
      one.minimize(() => error(y, run(a, run(trunk, x))));
      other.minimize(() => error(z, run(b, run(trunk, x))));
    }
    expect(factsOf(watched.lines, 'foreignVariables')).toEqual([]);
  });
});

describe('tensors that a step leaves behind', () => {
  const kept: tf.Tensor[] = [];
  const train = (steps: number, each: (loss: tf.Tensor) => void): void => {
    const w = tf.variable(normal([4, 1], 5));
    const optimizer = tf.train.adam(0.01);
    for (let step = 0; step < steps; step++) {
      tf.tidy(() => {
        const loss = optimizer.minimize(() => error(y, x.matMul(w)), true)!;
        each(loss);
      });
    }
    optimizer.dispose();
  };
  afterEach(() => tf.dispose(kept.splice(0)));

  it('are told where they are made, with their bytes', () => {
    train(12, (loss) => {
      const tiled = tf./*@leak*/ tile(loss.reshape([1]), [10]);
      kept.push(tf.keep(tiled));
    });
    expect(factsOf(watched.lines, 'tensorLeak')).toMatchObject([
      { position: { line: place('leak').line }, details: { perStep: 1, bytesPerStep: 40, growth: 1 } },
    ]);
    expect(factsOf(watched.lines, 'tensorLeak')[0]!.details.op).toMatch(/tile/i);
  });

  it('are none in a step that tidies up, nor in fit', async () => {
    train(12, () => undefined);
    const model = twoHeads();
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: ['mse'] });
    await model.fit(x, labels, { epochs: 12, batchSize: 8, verbose: 0 as never });
    expect(factsOf(watched.lines, 'tensorLeak')).toEqual([]);
  });

  it('are no longer looked for after observation has ended', () => {
    const before = Object.getOwnPropertyDescriptor(tf.engine(), 'trackTensor');
    train(7, (loss) => void kept.push(tf.keep(loss)));
    watched.observation.uninstall();
    expect(Object.getOwnPropertyDescriptor(tf.engine(), 'trackTensor')).toEqual(before);
  });
});
