import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { between, expectSameOnBoth, numbersFrom, randomTensor, startWasm } from '../cpuAgainstWasm.ts';

beforeAll(() => startWasm(tf, true));

describe('fast products', () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('agree with cpu past one block in every direction (%s, %s)', async (tA, tB) => {
    for (const [seed, m, n, k] of [
      [1, 101, 9, 600],
      [2, 5, 1037, 13],
      [3, 97, 33, 257],
      [4, 1, 1, 1],
      [5, 4, 8, 256],
    ] as const) {
      await expectSameOnBoth(tf, `${seed} (${m} x ${n} x ${k})`, () => {
        const next = numbersFrom(seed);
        const a = randomTensor(tf, next, tA ? [k, m] : [m, k]);
        const b = randomTensor(tf, next, tB ? [n, k] : [k, n]);
        return [tf.matMul(a, b, tA, tB)];
      });
    }
  });

  it('broadcast batches of different ranks, as single products do', async () => {
    await tf.setBackend('wasm');
    for (const seed of [1, 2, 3, 4, 5]) {
      tf.tidy(() => {
        const next = numbersFrom(seed);
        const a = randomTensor(tf, next, [2, 1, 3, 4]);
        const b = randomTensor(tf, next, [3, 5, 4]);
        const whole = tf.matMul(a, b, false, true);
        expect(whole.shape).toEqual([2, 3, 3, 5]);
        for (const [i, j] of [
          [0, 2],
          [1, 0],
          [1, 1],
        ] as const) {
          const one = tf.matMul(
            tf.slice(a, [i, 0, 0, 0], [1, 1, 3, 4]).reshape([3, 4]),
            tf.unstack(b)[j]!,
            false,
            true,
          );
          const same = tf.slice(whole, [i, j, 0, 0], [1, 1, 3, 5]);
          expect(same.dataSync(), `seed ${seed}, ${i}, ${j}`).toEqual(one.dataSync());
        }
      });
    }
  });

  it('have sums of nothing, and nothing, where a dimension is 0', async () => {
    await expectSameOnBoth(
      tf,
      'none',
      () => [
        tf.matMul(tf.zeros([3, 0]), tf.zeros([0, 2])),
        tf.matMul(tf.zeros([0, 3]), tf.ones([3, 2])),
        tf.matMul(tf.zeros([0, 3, 4]), tf.ones([0, 4, 2])),
      ],
      0,
    );
  });

  it('keep NaN and infinities, and put each where it belongs', async () => {
    await tf.setBackend('wasm');
    tf.tidy(() => {
      const a = tf.tensor2d([1, NaN, 2, 3, Infinity, 0], [3, 2]);
      const b = tf.tensor2d([1, 0, -1, 1], [2, 2]);
      const expected = [NaN, NaN, -1, 3, Infinity, NaN];
      expect(Array.from(tf.matMul(a, b).dataSync())).toEqual(expected);
      expect(Array.from(tf.matMul(tf.transpose(a), tf.transpose(b), true, true).dataSync())).toEqual(expected);
      const bias = tf.tensor1d([0, 0]);
      const fused = (['linear', 'relu'] as const).map((activation) =>
        Array.from(tf.fused.matMul({ a, b, bias, activation }).dataSync()),
      );
      expect(fused).toEqual([expected, [NaN, NaN, 0, 3, Infinity, NaN]]);
    });
  });

  it.each([1, 2, 3, 4, 5, 6])('have every fused activation of cpu (seed %i)', async (seed) => {
    await expectSameOnBoth(tf, seed, () => {
      const next = numbersFrom(seed);
      const [m, n, k] = [between(next, 1, 20), between(next, 1, 20), between(next, 1, 20)];
      const [a, b] = [randomTensor(tf, next, [m, k]) as tf.Tensor2D, randomTensor(tf, next, [k, n]) as tf.Tensor2D];
      const bias = randomTensor(tf, next, [n]);
      const preluActivationWeights = randomTensor(tf, next, [n]);
      const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const;
      return [
        ...activations.map((activation) => tf.fused.matMul({ a, b, bias, activation, leakyreluAlpha: 0.3 })),
        ...activations.map((activation) => tf.fused.matMul({ a, b, activation, leakyreluAlpha: 0.3 })),
        tf.fused.matMul({ a, b, bias, activation: 'prelu', preluActivationWeights }),
      ];
    });
  });
});
