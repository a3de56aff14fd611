import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { between, expectSameOnBoth, numbersFrom, randomTensor, startWasm } from '../cpuAgainstWasm.ts';

beforeAll(() => startWasm(tf, true));

describe('einsum', () => {
  const equations = ['bij,bjk->bik', 'bij,bjk->kbi', 'ij,jk->ki', 'ij,ij->', 'ij,ij->ij', 'i,j->ij', 'ij->ji', 'ij->i'];
  const more = ['ijk->', 'bhqd,bhkd->bhqk', 'bij,b->ij', 'ij->ij'];

  it.each([...equations, ...more])('%s gives what cpu gives', async (equation) => {
    for (const seed of [1, 2, 3]) {
      await expectSameOnBoth(tf, `${seed} (${equation})`, () => {
        const next = numbersFrom(seed);
        const sizes = new Map<string, number>();
        const operands = equation
          .split('->')[0]!
          .split(',')
          .map((letters) =>
            Array.from(letters).map((letter) => {
              sizes.set(letter, sizes.get(letter) ?? between(next, 1, 5));
              return sizes.get(letter)!;
            }),
          )
          .map((shape) => randomTensor(tf, next, shape));
        return [tf.einsum(equation, ...operands)];
      });
    }
  });

  it('adds up over a letter that one of two operands has alone', async () => {
    await tf.setBackend('wasm');
    tf.tidy(() => {
      const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      const sums = tf.einsum('ij,k->ik', a, tf.tensor1d([1, 10, 100]));
      expect(sums.shape).toEqual([2, 3]);
      expect(Array.from(sums.dataSync())).toEqual([3, 30, 300, 7, 70, 700]);
      const ordered = tf.einsum('aib,bk->ka', tf.tensor3d([1, 2, 3, 4], [1, 2, 2]), tf.tensor2d([1, 2, 3, 4], [2, 2]));
      // (1 + 3) · [1, 2] + (2 + 4) · [3, 4]
      expect([ordered.shape, Array.from(ordered.dataSync())]).toEqual([
        [2, 1],
        [22, 32],
      ]);
    });
  });

  it('refuses sizes that differ, and leaves nothing behind', async () => {
    await tf.setBackend('wasm');
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    expect(() => tf.tidy(() => tf.einsum('ij,jk->ik', tf.ones([2, 3]), tf.ones([2, 3])))).toThrow(/dimension/i);
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  });
});
