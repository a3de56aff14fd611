import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gradients } from './gradients.ts';

const numbers = (tensors: (tf.Tensor | null)[]): (number[] | null)[] =>
  tensors.map((tensor) => (tensor === null ? null : [...tensor.dataSync()]));

describe('gradients with stopped tensors', () => {
  let tensors: number;
  const a = (value: number | number[]): tf.Variable => tf.variable(tf.tensor(value));

  beforeEach(() => {
    tensors = tf.memory().numTensors;
    tf.engine().startScope();
  });
  afterEach(() => {
    tf.engine().endScope();
    tf.disposeVariables();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('without stops is the gradient of the sum of all elements of all losses', () => {
    const [x, unused] = [a([1, 2, 3]), a(7)];
    // d/dx Σ x² + Σ 5x = 2x + 5
    expect(numbers(gradients(() => [tf.square(x), tf.mul(x, 5)], [x, unused]))).toEqual([[7, 9, 11], null]);
  });

  it('is the example of the documentation of tf.gradients: partial, not total derivatives', () => {
    const [w, v] = [a(3), a(4)];
    // a = w + v, b = 2a, y = a + b. With b constant dy/dw = 1; without, 3.
    const run = (stop: boolean): (number[] | null)[] =>
      numbers(
        gradients(() => {
          const sum = tf.add(w, v);
          const b = tf.mul(sum, 2);
          return { losses: tf.add(sum, b), stopGradients: stop ? [b] : [] };
        }, [w, v]),
      );
    expect(run(false)).toEqual([[3], [3]]);
    expect(run(true)).toEqual([[1], [1]]);
  });

  it('a variable that is itself stopped keeps its gradient; nothing flows behind it', () => {
    const w = a(3);
    expect(numbers(gradients(() => tf.square(w), [w], { stopGradients: [w] }))).toEqual([[6]]);
  });

  it('a stop in the middle of a path cuts what lies behind it and leaves the other path', () => {
    const [trunk, tower, after] = [a(2), a(3), a(5)];
    let h: tf.Tensor | undefined;
    const run = gradients(
      () => {
        h = tf.mul(trunk, tower);
        return tf.add(tf.mul(h, after), tf.square(trunk));
      },
      [trunk, tower, after],
      { stopGradients: () => [h!] },
    );
    // trunk: only the direct path, 2·2; tower: nothing; after: h = 6.
    expect(numbers(run)).toEqual([[4], null, [6]]);
  });

  it('a stopped tensor that is used twice is constant at both uses', () => {
    const [x, y] = [a(2), a(3)];
    const run = gradients(() => {
      const h = tf.exp(x);
      return { losses: [tf.mul(h, y), tf.mul(tf.square(h), x)], stopGradients: [h] };
    }, [x, y]);
    const e = Math.exp(2);
    expect(run[0]!.dataSync()[0]).toBeCloseTo(e * e, 4);
    expect(run[1]!.dataSync()[0]).toBeCloseTo(e, 5);
  });

  it('no 0 · ∞: an infinite slope behind the stop leaves no NaN', () => {
    const x = a([-1, 4]);
    const poisoned = (stop: boolean): (number[] | null)[] =>
      numbers(
        gradients(() => {
          const root = tf.sqrt(tf.relu(x)); // slope ∞ at 0
          return { losses: [tf.mul(root, 0), tf.mul(x, 2)], stopGradients: stop ? [root] : [] };
        }, [x]),
      );
    expect(poisoned(false)[0]![0]).toBeNaN();
    expect(poisoned(true)).toEqual([[2, 2]]);
  });

  it('one output of several: the others keep their gradient', () => {
    const x = a([1, 2, 3, 4]);
    const run = gradients(() => {
      const [left, right] = tf.split(tf.square(x), 2) as [tf.Tensor, tf.Tensor];
      return { losses: [left, right], stopGradients: [right] };
    }, [x]);
    expect(numbers(run)).toEqual([[2, 4, 0, 0]]);
  });

  it('works inside another gradient, and does not cut that one', () => {
    const x = a(3);
    const outer = tf.variableGrads(() => {
      const [inner] = gradients(() => {
        const h = tf.square(x);
        return { losses: tf.mul(h, x), stopGradients: [h] };
      }, [x]);
      return inner as tf.Scalar; // = x², whose own derivative is 2x
    }, [x]);
    expect(outer.grads[x.name]!.dataSync()[0]).toBe(6);
  });

  it('the same gradient as tfjs, bit for bit, where nothing is stopped', () => {
    const seed = 11;
    const w = tf.variable(tf.randomNormal([5, 4], 0, 1, 'float32', seed));
    const x = tf.randomNormal([6, 5], 0, 1, 'float32', seed + 1);
    const loss = (): tf.Scalar => tf.mean(tf.softplus(tf.matMul(x, w)));
    const expected = tf.variableGrads(loss, [w]).grads[w.name]!;
    // The loss is a scalar, so its sum is itself.
    expect(numbers(gradients(loss, [w]))).toEqual([[...expected.dataSync()]]);
  });

  it('names a stop that plays no part, no losses, and no variables', () => {
    const x = a(2);
    const stranger = tf.tensor1d([1, 2]);
    expect(() => gradients(() => tf.square(x), [x], { stopGradients: [stranger] })).toThrow(
      /stopGradients\[0\] \(shape \[2\]\) plays no part/,
    );
    expect(() => gradients(() => [], [x])).toThrow(/no losses/);
    expect(() => gradients(() => tf.square(x), [])).toThrow(/variables is empty/);
  });
});
