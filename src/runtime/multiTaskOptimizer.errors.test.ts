import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { multiTaskOptimizer } from './multiTaskOptimizer.ts';
import { twoTowers } from './twoTowers.fixture.ts';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
  vi.restoreAllMocks();
});

describe('wrong configuration names the key and what would be valid', () => {
  const valid = {
    optimizer: (rate: number): tf.Optimizer => tf.train.sgd(rate),
    learningRates: 1e-3,
    weights: { a: 1, b: 1 },
  };
  const make = (change: object) => multiTaskOptimizer({ ...valid, ...change });
  const v = (): tf.Variable => tf.variable(tf.scalar(1), true, 'tower/kernel');

  it.each<[string, object, RegExp]>([
    ['unknown setting', { learningRate: 1 }, /unknown setting 'learningRate'. Valid: 'optimizer', 'learningRates'/],
    [
      'a negative weight',
      { weights: { a: 1, b: -1 } },
      /weights.b is -1. A loss weight is a finite number, 0 or larger/,
    ],
    ['a weight that is NaN', { weights: { a: NaN } }, /weights.a is NaN/],
    ['an infinite weight', { weights: { a: Infinity } }, /weights.a is Infinity/],
    ['no weights', { weights: {} }, /weights is empty/],
    ['a rate of 0', { learningRates: 0 }, /learningRates is 0. A learning rate is a finite number above 0/],
    ['a rate of 0 for a task', { learningRates: { shared: 1, a: 0, b: 1 } }, /learningRates.a is 0/],
    ['a negative rate', { learningRates: { shared: -1 } }, /learningRates.shared is -1/],
    ['a rate that is NaN', { learningRates: { b: NaN } }, /learningRates.b is NaN/],
    [
      'a rate for an unknown task',
      { learningRates: { shared: 1, aa: 1 } },
      /unknown key 'aa'. Valid: 'shared', 'a' or 'b'/,
    ],
    ['a rate for unknown sharers', { learningRates: { 'shared(a+c)': 1 } }, /unknown key 'shared\(a\+c\)'/],
    ['a group without rate', { learningRates: { a: 1 }, groups: { g: ['tower'] } }, /no rate for the group 'g'/],
    ['a group called like a task', { groups: { a: ['tower'] } }, /groups.a is the name of a group/],
    ['a task called shared', { weights: { shared: 1 } }, /A task cannot be called 'shared'/],
    ['an optimizer instance', { optimizer: tf.train.sgd(1) }, /optimizer must be a function/],
    ['no variables', { variables: [] }, /variables is empty/],
  ])('%s', (_, change, message) => {
    expect(() => make(change)).toThrow(message);
  });

  it('a group that matches nothing, is empty, or overlaps another', () => {
    const variables = [v()];
    expect(() => make({ variables, groups: { g: ['towers'] } })).toThrow(
      /groups.g\[0\] \('towers'\) matches no trainable variable. Variables: 'tower\/kernel'/,
    );
    expect(() => make({ variables, groups: { g: [] } })).toThrow(/groups.g is empty/);
    expect(() => make({ variables, groups: { g: ['tower'], h: [/kernel/] } })).toThrow(
      /groups.h and groups.g overlap: both hold the variable 'tower\/kernel'/,
    );
  });

  it('a rate that is missing or matches nothing, once the groups are known', () => {
    const { losses, variables } = twoTowers();
    expect(() => make({ variables, learningRates: { a: 1, b: 1 } }).step(null, losses)).toThrow(
      /no rate for variables shared by a and b \(such as '[^']+'\). Add 'shared' or 'shared\(a\+b\)'/,
    );
    const apart = { variables: [variables[1], variables[2]], learningRates: { shared: 1, a: 1, b: 1 } };
    expect(() => make(apart).step(null, losses)).toThrow(
      /learningRates.shared matches no variable.*Groups of this model: 'tower\(a\)' or 'tower\(b\)'/,
    );
  });

  it('an optimizer function that returns one instance, ignores the rate, or returns none', () => {
    const { losses, variables, weights } = twoTowers();
    const before = weights();
    const one = tf.train.adam(1);
    const rates = { shared: 1, a: 2, b: 3 };
    const message = (optimizer: unknown): (() => unknown) => {
      return () => make({ variables, optimizer, learningRates: rates }).step(null, losses);
    };
    expect(message(() => one)).toThrow(/the same instance for the groups 'shared\(a\+b\)' and 'tower\(a\)'/);
    expect(message(() => tf.train.adam(1))).toThrow(/ignores its learning rate/);
    expect(message(() => undefined)).toThrow(/returned no tf.Optimizer/);
    expect(weights()).toEqual(before);
  });

  it('losses that are missing, unknown, not scalar, asynchronous or led to by nothing', () => {
    const { losses, variables } = twoTowers();
    const step = (wrong: () => unknown): (() => unknown) => {
      return () => make({ variables }).step(null, wrong as never);
    };
    expect(step(() => ({ a: losses().a }))).toThrow(/the task 'b' is missing. Needed: 'a', 'b'/);
    expect(step(() => ({ ...losses(), c: losses().a }))).toThrow(/unknown task 'c'. Valid: 'a' or 'b'/);
    expect(step(() => ({ a: tf.ones([8]), b: losses().b }))).toThrow(
      /loss of task 'a' is not a scalar: its shape is \[8\]/,
    );
    expect(step(() => ({ a: 3, b: losses().b }))).toThrow(/loss of task 'a' is not a scalar: it is number/);
    expect(step(() => Promise.resolve(1))).toThrow(/is asynchronous/);
    expect(step(() => ({ a: tf.scalar(1), b: tf.scalar(2) }))).toThrow(/No variable leads to the losses of 'a', 'b'/);
  });
});
