import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { multiTaskOptimizer } from '../multiTaskOptimizer.ts';
import { stopGradient } from '../stopGradient.ts';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
  vi.restoreAllMocks();
});

describe('groups', () => {
  const feed = (stop: boolean) => {
    const net = { h: 1, a1: 2, a2: 3, b1: 4, b2: 5 };
    const v = Object.fromEntries(
      Object.entries(net).map(([name, seed]) => [
        name,
        tf.variable(tf.randomNormal([2, 2], 0, 1, 'float32', seed), true, `${name}${stop ? '_stop' : ''}`),
      ]),
    ) as Record<keyof typeof net, tf.Variable<tf.Rank.R2>>;
    const x = tf.ones<tf.Rank.R2>([3, 2]);
    const losses = (): { a: tf.Scalar; b: tf.Scalar } => {
      const h = tf.tanh(tf.matMul(x, v.h));
      const a = tf.sigmoid(tf.matMul(tf.tanh(tf.matMul(h, v.a1)), v.a2));
      const feature = stop ? stopGradient(a) : a;
      const b = tf.matMul(tf.tanh(tf.matMul(tf.add(h, feature), v.b1)), v.b2);
      return { a: tf.mean(tf.square(a)), b: tf.mean(tf.square(b)) };
    };
    return { variables: Object.values(v), losses };
  };

  it.each([true, false])('are those of dominance where B uses A’s prediction (E12; stop-gradient: %s)', (stop) => {
    const { variables, losses } = feed(stop);
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: { shared: 1, a: 2, b: 3 },
      weights: { a: 1, b: 1 },
      variables,
    });
    optimizer.step(null, losses);
    const names = optimizer.groups.map(({ id, variables }) => [
      id,
      variables.map((name) => name.slice(0, 2).replace('_', '')),
    ]);
    expect(names).toEqual([
      ['shared(a+b)', ['h']],
      ['tower(a)', ['a1', 'a2']],
      ['tower(b)', ['b1', 'b2']],
    ]);
  });

  it('of one’s own come first, by variable, pattern and regular expression', () => {
    const { variables, losses } = feed(false);
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: { shared: 1, a: 2, b: 3, first: 4, second: 5 },
      weights: { a: 1, b: 1 },
      groups: { first: ['*1'], second: [/^A2$/gi, variables[0]!] },
      variables,
    });
    expect(() => optimizer.step(null, losses)).toThrow(/learningRates.shared matches no variable/);
    const fitting = multiTaskOptimizer({
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: { b: 3, first: 4, second: 5 },
      weights: { a: 1, b: 1 },
      groups: { first: ['*1'], second: [/^A2$/gi, variables[0]!] },
      variables,
    });
    fitting.step(null, losses);
    expect(fitting.groups).toEqual([
      { id: 'second', learningRate: 5, variables: ['h', 'a2'] },
      { id: 'first', learningRate: 4, variables: ['a1', 'b1'] },
      { id: 'tower(b)', learningRate: 3, variables: ['b2'] },
    ]);
  });

  it('one set of sharers may have a rate of its own', () => {
    const v = [1, 2, 3].map((i) => tf.variable(tf.scalar(i), true, `v${i}`));
    const [all, ab, c] = v as [tf.Variable, tf.Variable, tf.Variable];
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: { shared: 1, 'shared(a+b)': 2, c: 3 },
      weights: { a: 1, b: 1, c: 1 },
      variables: v,
    });
    optimizer.step(null, () => {
      const [h, g] = [tf.square(all), tf.square(ab)];
      return { a: tf.add(h, g), b: tf.mul(h, g), c: tf.mul(h, c) };
    });
    expect(optimizer.groups.map(({ id, learningRate }) => [id, learningRate])).toEqual([
      ['shared(a+b+c)', 1],
      ['shared(a+b)', 2],
      ['tower(c)', 3],
    ]);
  });

  it('a variable that a later step reaches for the first time joins, and one that nothing reaches is told', () => {
    const { variables, losses } = feed(false);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const late = tf.variable(tf.ones([2, 2]), true, 'late');
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: 1,
      weights: { a: 1, b: 1 },
      variables: [...variables, late],
    });
    optimizer.step(null, losses);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/no task's loss leads to 'late'/)]]);
    optimizer.step(null, () => {
      const { a, b } = losses();
      return { a, b: tf.add(b, tf.mean(late)) };
    });
    expect(optimizer.groups.find(({ id }) => id === 'tower(b)')!.variables).toEqual(['b1', 'b2', 'late']);
    expect(late.dataSync()[0]).not.toBe(1);
  });
});
