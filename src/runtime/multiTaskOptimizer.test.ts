import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installTrainingObserver } from '../core/announcements.ts';
import { multiTaskOptimizer } from './multiTaskOptimizer.ts';
import { stopGradient } from './stopGradient.ts';
import { twoTowers } from './twoTowers.fixture.ts';

const optimizers: Record<string, (rate: number) => tf.Optimizer> = {
  sgd: (rate) => tf.train.sgd(rate),
  momentum: (rate) => tf.train.momentum(rate, 0.9),
  rmsprop: (rate) => tf.train.rmsprop(rate),
  'rmsprop, centered': (rate) => tf.train.rmsprop(rate, 0.9, 0.5, 1e-7, true),
  adam: (rate) => tf.train.adam(rate),
  adamax: (rate) => tf.train.adamax(rate),
  adagrad: (rate) => tf.train.adagrad(rate),
  adadelta: (rate) => tf.train.adadelta(rate),
  "the user's own": (rate) => new OwnOptimizer(rate),
};

/** A user's optimizer: the sign of the gradient, times the rate. */
class OwnOptimizer extends tf.Optimizer {
  static className = 'OwnOptimizer';
  readonly learningRate: number;

  constructor(learningRate: number) {
    super();
    this.learningRate = learningRate;
  }

  override applyGradients(gradients: tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[]): void {
    for (const { name, tensor } of gradients as { name: string; tensor: tf.Tensor }[]) {
      const variable = tf.engine().registeredVariables[name]!;
      tf.tidy(() => variable.assign(tf.sub(variable, tf.mul(tf.sign(tensor), this.learningRate))));
    }
  }

  override getConfig(): { learningRate: number } {
    return { learningRate: this.learningRate };
  }
}

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
  vi.restoreAllMocks();
});

describe('a learning rate per variable group', () => {
  const rates = { shared: 1e-3, a: 2e-2, b: 3e-4 };

  it.each(Object.entries(optimizers))('%s equals one optimizer per group by hand, bit for bit', (_, make) => {
    const [ours, byHand] = [twoTowers(), twoTowers()];
    const optimizer = multiTaskOptimizer({
      optimizer: make,
      learningRates: rates,
      weights: { a: 1, b: 0.01 },
      variables: ours.variables,
    });
    const own = [rates.shared, rates.a, rates.b].map((rate) => make(rate));
    for (let step = 0; step < 20; step++) {
      optimizer.step(null, ours.losses);
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => {
          const { a, b } = byHand.losses();
          return tf.add(a, tf.mul(b, 0.01));
        }, [...byHand.variables]);
        byHand.variables.forEach(({ name }, i) => own[i]!.applyGradients([{ name, tensor: grads[name]! }]));
      });
    }
    expect(ours.weights()).toEqual(byHand.weights());
    expect(optimizer.groups.map(({ id, learningRate }) => [id, learningRate])).toEqual([
      ['shared(a+b)', 1e-3],
      ['tower(a)', 2e-2],
      ['tower(b)', 3e-4],
    ]);
  });

  it('under SGD a weight is also its tower’s rate: w and rate/w leave the tower as it was', () => {
    const [plain, weighted] = [twoTowers(), twoTowers()];
    const sgd = (rate: number): tf.Optimizer => tf.train.sgd(rate);
    const run = ({ losses, variables }: ReturnType<typeof twoTowers>, w: number, b: number): void => {
      const learningRates = { shared: 1e-3, a: 1e-3, b };
      // The trunk stays put, so that the towers see the same features.
      variables[0].trainable = false;
      const optimizer = multiTaskOptimizer({
        optimizer: sgd,
        learningRates: { a: learningRates.a, b },
        weights: { a: 1, b: w },
        variables,
      });
      for (let step = 0; step < 10; step++) {
        optimizer.step(null, losses);
      }
    };
    run(plain, 1, 1e-3);
    run(weighted, 0.125, 8e-3); // a power of two, so that nothing is rounded
    expect(weighted.weights()[2]).toEqual(plain.weights()[2]);
    expect(weighted.weights()[1]).toEqual(plain.weights()[1]);
  });

  it('a weight of 0 leaves the task’s tower where it was', () => {
    const net = twoTowers();
    const before = net.weights();
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: 1e-2,
      weights: { a: 1, b: 0 },
      variables: net.variables,
    });
    optimizer.step(null, net.losses);
    expect(net.weights()[2]).toEqual(before[2]);
    expect(net.weights()[0]).not.toEqual(before[0]);
  });

  it('a variable that skips steps keeps its own moments', () => {
    // Adam keeps moments by position; here b has no gradient in every other step (E6's shared Adam, done right).
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const [a, b] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: 0.1,
      weights: { a: 1, b: 1 },
      groups: { heads: [a, b] },
      variables: [a, b],
    });
    for (let step = 0; step < 20; step++) {
      const off = step % 2 === 0 ? b : a;
      optimizer.step(null, () => {
        const value = (v: tf.Variable): tf.Tensor => (v === off ? stopGradient(v) : v);
        return { a: tf.mul(value(a), 1), b: tf.mul(value(b), -100) };
      });
    }
    // Ten steps of at most 0.1 each, in the direction of its own loss.
    expect(a.dataSync()[0]).toBeLessThan(-0.9);
    expect(b.dataSync()[0]).toBeGreaterThan(0.9);
  });
});

describe('step', () => {
  it('tells the losses before the update, unweighted, and the weighted total', async () => {
    const net = twoTowers();
    const { a, b } = tf.tidy(() => {
      const losses = net.losses();
      return { a: losses.a.arraySync(), b: losses.b.arraySync() };
    });
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: 1e-3,
      weights: { a: 1, b: 0.25 },
      variables: net.variables,
    });
    expect(optimizer.step(null, net.losses)).toEqual({
      loss: Math.fround(a + Math.fround(b * 0.25)),
      losses: { a, b },
      regularisation: 0,
    });
    const second = await optimizer.stepAsync(null, net.losses);
    expect(second.losses.b).toBeLessThan(b);
  });

  it('leaks nothing over 50 steps, also when the losses throw', () => {
    const net = twoTowers();
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: 1e-3,
      weights: { a: 1, b: 2 },
      variables: net.variables,
    });
    optimizer.step(null, net.losses);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 50; step++) {
      optimizer.step(null, net.losses);
    }
    expect(tf.memory().numTensors).toBe(before);
    for (const wrong of [() => ({ ...net.losses(), c: tf.scalar(1) }), () => ({ a: net.losses().a })]) {
      expect(() => optimizer.step(null, wrong as unknown as typeof net.losses)).toThrow(/'c'|'b'/);
    }
    expect(tf.memory().numTensors).toBe(before);
    optimizer.dispose();
  });

  it('leaves a constant loss that it did not make alone', () => {
    const net = twoTowers();
    const none = tf.scalar(0);
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: { a: 1e-3 },
      weights: { a: 1, b: 1 },
      variables: [net.variables[0], net.variables[1]],
    });
    for (let step = 0; step < 2; step++) {
      expect(optimizer.step(null, () => ({ a: net.losses().a, b: none })).losses.b).toBe(0);
    }
    expect(none.isDisposed).toBe(false);
  });

  it('runs one gradient, tells the debugger each unweighted loss inside it, and builds the total from them', () => {
    const net = twoTowers();
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: 1e-3,
      weights: { a: 1, b: 0.5 },
      variables: net.variables,
    });
    const gradients = vi.spyOn(tf.engine(), 'gradients');
    const onTape: (string | undefined)[][] = [];
    const uninstall = installTrainingObserver({
      tasks: (tasks) => {
        const { activeTape } = tf.engine().state;
        onTape.push(
          tasks.map(({ name, loss }) => {
            const consumers = activeTape.filter(
              // The ops themselves, not the copies that they save for the way back (`add__op`).
              ({ inputs, kernelName }) =>
                !kernelName.endsWith('__op') && Object.values(inputs).some(({ id }) => id === loss.id),
            );
            return `${name} ${consumers.map(({ kernelName }) => kernelName).join()}`;
          }),
        );
      },
      stopped: () => undefined,
      plan: () => undefined,
      epoch: () => undefined,
      validation: () => undefined,
    });
    optimizer.step(null, net.losses);
    optimizer.step(null, net.losses);
    uninstall();
    expect(gradients).toHaveBeenCalledTimes(2);
    expect(onTape).toEqual([
      ['a Add', 'b Multiply'],
      ['a Add', 'b Multiply'],
    ]);
  });
});
