import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { between, expectSameOnBoth, numbersFrom, randomTensor, startWasm } from './cpuAgainstWasm.ts';
import { repairMatrixProducts } from './matrixProducts.ts';

const combinations = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

/** @param kinds how many of the four kinds of batches take part: the gradient of the last, a broadcast, tfjs refuses. */
function operands(next: () => number, transposeA: boolean, transposeB: boolean, kinds = 4) {
  const [rows, inner, columns] = [between(next, 1, 40), between(next, 1, 40), between(next, 1, 40)];
  // Rank 2, a batch of products, and one matrix against a batch.
  const [batchA, batchB] = [
    [[], []],
    [[3], [3]],
    [
      [2, 3],
      [2, 3],
    ],
    [[1], [4]],
  ][between(next, 0, kinds - 1)] as [number[], number[]];
  return {
    a: randomTensor(tf, next, [...batchA, ...(transposeA ? [inner, rows] : [rows, inner])]),
    b: randomTensor(tf, next, [...batchB, ...(transposeB ? [columns, inner] : [inner, columns])]),
  };
}

// Without first: the fast kernels are put over the others.
describe.each([false, true])('repaired matrix products, fast kernels %s', (fast) => {
  beforeAll(() => startWasm(tf, fast));

  it.each(combinations)('agree with cpu over random shapes (transposeA %s, transposeB %s)', async (tA, tB) => {
    for (let seed = 1; seed <= 25; seed++) {
      await expectSameOnBoth(tf, seed, () => {
        const { a, b } = operands(numbersFrom(seed), tA, tB);
        return [tf.matMul(a, b, tA, tB)];
      });
    }
  });

  it.each(combinations)('have the gradients of cpu (transposeA %s, transposeB %s)', async (tA, tB) => {
    for (let seed = 1; seed <= 10; seed++) {
      await expectSameOnBoth(tf, seed, () => {
        const { a, b } = operands(numbersFrom(seed), tA, tB, 3);
        const loss = (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, tA, tB).square().mean();
        return tf.grads(loss)([a, b]);
      });
    }
  });

  it.each(combinations)('agree with cpu when fused with bias and activation (%s, %s)', async (tA, tB) => {
    for (let seed = 1; seed <= 10; seed++) {
      await expectSameOnBoth(tf, seed, () => {
        const next = numbersFrom(seed);
        const [rows, inner, columns] = [between(next, 1, 20), between(next, 1, 20), between(next, 1, 20)];
        const a = randomTensor(tf, next, tA ? [inner, rows] : [rows, inner]) as tf.Tensor2D;
        const b = randomTensor(tf, next, tB ? [columns, inner] : [inner, columns]) as tf.Tensor2D;
        const bias = randomTensor(tf, next, [columns]);
        return (['linear', 'relu', 'elu'] as const).map((activation) =>
          tf.fused.matMul({ a, b, transposeA: tA, transposeB: tB, bias, activation }),
        );
      });
    }
  });

  it('give, bit for bit, what transposing by hand and the plain product give', () => {
    for (let seed = 1; seed <= 10; seed++) {
      tf.tidy(() => {
        const next = numbersFrom(seed);
        const a = randomTensor(tf, next, [61, 47]);
        const b = randomTensor(tf, next, [53, 61]);
        const repaired = tf.matMul(a, b, true, true).dataSync();
        const byHand = tf.matMul(tf.transpose(a), tf.transpose(b)).dataSync();
        expect(repaired, `seed ${seed}`).toEqual(byHand);
      });
    }
  });

  it('multiply integers, which the stock kernel refuses', async () => {
    await expectSameOnBoth(
      tf,
      'none',
      () => [tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), tf.tensor2d([5, 6, 7, 8], [2, 2], 'int32'), true)],
      0,
    );
  });

  it('say so when shapes do not fit, and leave nothing behind', () => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    expect(() => tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3]), true, true))).toThrow(/must match/);
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  });

  it('are put in place once, however often they are asked for', () => {
    const kernel = tf.getKernel('BatchMatMul', 'wasm').kernelFunc;
    expect(repairMatrixProducts(tf)).toEqual(['BatchMatMul', '_FusedMatMul']);
    expect(tf.getKernel('BatchMatMul', 'wasm').kernelFunc).toBe(kernel);
  });

  it('still work after the script sets the backend again', async () => {
    await tf.setBackend('cpu');
    await tf.setBackend('wasm');
    const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]]), true, false).arraySync());
    expect(product).toEqual([
      [3, 4],
      [6, 8],
    ]);
  });
});
