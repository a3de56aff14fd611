import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../test/random.ts';
import { maskedMean } from './maskedMean.ts';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

describe('maskedMean', () => {
  it.each([1, 2, 3, 4, 5, 6])('is the mean over the places that are left, and so is its gradient (seed %s)', (seed) => {
    const random = seededRandom(seed);
    const [batch, steps, width] = [1 + random.index(4), 1 + random.index(4), 1 + random.index(3)] as const;
    const values = tf.randomNormal([batch, steps, width], 0, 5, 'float32', seed);
    const numbers = [...values.dataSync()];
    for (const shape of [[batch], [batch, steps], [batch, steps, width]]) {
      const mask = Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.index(2));
      const each = numbers.length / mask.length;
      const left = numbers.map((_, k) => mask[Math.floor(k / each)] === 1);
      const count = left.filter((kept) => kept).length;
      const sum = numbers.reduce((total, value, k) => total + (left[k] === true ? value : 0), 0);
      const asTensor = tf.tensor(mask, shape);
      expect(maskedMean(values, asTensor).dataSync()[0]).toBeCloseTo(count === 0 ? 0 : sum / count, 4);
      const gradient = tf
        .grad((x: tf.Tensor) => maskedMean(x, asTensor))(values)
        .dataSync();
      gradient.forEach((value, k) => {
        expect(value).toBeCloseTo(left[k] === true ? 1 / count : 0, 6);
      });
    }
  });

  it('NaN and infinity at places that are left out play no part', () => {
    expect(
      maskedMean(tf.tensor1d([1, NaN, 3, Infinity]), tf.tensor1d([true, false, true, false], 'bool')).dataSync()[0],
    ).toBe(2);
  });

  it('without any place it is 0, with a gradient of 0', () => {
    const none = tf.zeros([3]);
    expect(maskedMean(tf.tensor1d([1, 2, 3]), none).dataSync()[0]).toBe(0);
    expect([
      ...tf
        .grad((x: tf.Tensor) => maskedMean(x.square(), none))(tf.tensor1d([1, 2, 3]))
        .dataSync(),
    ]).toEqual([0, 0, 0]);
  });

  it('a mask that does not fit is named, not broadcast', () => {
    expect(() => maskedMean(tf.ones([4, 1]), tf.ones([1, 4]))).toThrow(
      /mask of shape \[1,4\] does not fit values of shape \[4,1\]/,
    );
    expect(() => maskedMean(tf.scalar(1), tf.scalar(1))).toThrow(/does not fit/);
  });
});
