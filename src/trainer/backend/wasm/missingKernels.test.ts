import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { between, expectSameOnBoth, numbersFrom, randomTensor, startWasm } from './cpuAgainstWasm.ts';
import { delegateMissingKernels } from './missingKernels.ts';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

beforeAll(() => startWasm(tf));

describe('kernels that wasm lacks', () => {
  it('are all there afterwards, and the same list is given again', () => {
    const onWasm = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
    expect(tf.getKernelsForBackend('cpu').filter(({ kernelName }) => !onWasm.has(kernelName))).toEqual([]);
    const delegated = delegateMissingKernels(tf);
    // tfjs 4.22, counted by hand from both packages' lists of kernels.
    expect(delegated).toHaveLength(16);
    expect(delegated).toEqual(expect.arrayContaining(['Conv2DBackpropFilter', 'UnsortedSegmentSum', 'FFT', 'Einsum']));
  });

  it.each(seeds)('conv2d has the gradients of cpu (seed %i)', async (seed) => {
    await expectSameOnBoth(tf, seed, () => {
      const next = numbersFrom(seed);
      const [channels, filters] = [between(next, 1, 4), between(next, 1, 5)];
      const x = randomTensor(tf, next, [2, between(next, 5, 9), between(next, 5, 9), channels]) as tf.Tensor4D;
      const filter = randomTensor(tf, next, [3, 2, channels, filters]) as tf.Tensor4D;
      const stride = between(next, 1, 2);
      const loss = (a: tf.Tensor4D, f: tf.Tensor4D) => tf.conv2d(a, f, stride, 'same').square().mean();
      return tf.grads(loss as (...args: tf.Tensor[]) => tf.Tensor)([x, filter]);
    });
  });

  it.each(seeds)('depthwise and separable convolutions have the gradients of cpu (seed %i)', async (seed) => {
    await expectSameOnBoth(tf, seed, () => {
      const next = numbersFrom(seed);
      const channels = between(next, 1, 4);
      const x = randomTensor(tf, next, [2, between(next, 4, 8), between(next, 4, 8), channels]) as tf.Tensor4D;
      const depthwise = randomTensor(tf, next, [3, 3, channels, 2]) as tf.Tensor4D;
      const pointwise = randomTensor(tf, next, [1, 1, 2 * channels, 3]) as tf.Tensor4D;
      const one = (a: tf.Tensor4D, d: tf.Tensor4D) => tf.depthwiseConv2d(a, d, 1, 'valid').square().mean();
      const two = (a: tf.Tensor4D, d: tf.Tensor4D, p: tf.Tensor4D) =>
        tf.separableConv2d(a, d, p, 1, 'same').square().mean();
      return [
        ...tf.grads(one as (...args: tf.Tensor[]) => tf.Tensor)([x, depthwise]),
        ...tf.grads(two as (...args: tf.Tensor[]) => tf.Tensor)([x, depthwise, pointwise]),
      ];
    });
  });

  it.each(seeds)('looked-up rows of a table have the gradients of cpu (seed %i)', async (seed) => {
    await expectSameOnBoth(tf, seed, () => {
      const next = numbersFrom(seed);
      const rows = between(next, 2, 12);
      const table = randomTensor(tf, next, [rows, between(next, 1, 6)]);
      // More look-ups than rows: gradients of the same row must be added up.
      const ids = tf.tensor1d(
        Array.from({ length: 3 * rows }, () => between(next, 0, rows - 1)),
        'int32',
      );
      return [tf.grad((t) => tf.gather(t, ids).square().sum())(table)];
    });
  });

  it.each(seeds)('einsum gives what cpu gives (seed %i)', async (seed) => {
    await expectSameOnBoth(tf, seed, () => {
      const next = numbersFrom(seed);
      const [b, i, j, k] = [between(next, 1, 3), between(next, 1, 5), between(next, 1, 5), between(next, 1, 5)];
      return [
        tf.einsum('bij,bjk->bik', randomTensor(tf, next, [b, i, j]), randomTensor(tf, next, [b, j, k])),
        tf.einsum('ij,ij->', randomTensor(tf, next, [i, j]), randomTensor(tf, next, [i, j])),
      ];
    });
  });

  it('work on texts and on lists of tensors', async () => {
    await tf.setBackend('wasm');
    const before = [tf.memory().numTensors, tf.backend().numDataIds(), tf.engine().findBackend('cpu').numDataIds()];
    tf.tidy(() => {
      const replaced = tf.string.staticRegexReplace(tf.tensor1d(['task a', 'task b']), 'task (\\w)', '$1');
      expect(replaced.dataSync()).toEqual(['a', 'b']);
      const dense = tf.raggedTensorToTensor(
        tf.tensor1d([2, 3], 'int32'),
        tf.tensor1d([1, 2, 3]),
        tf.scalar(-1),
        [tf.tensor1d([0, 1, 3], 'int32')],
        ['ROW_SPLITS'],
      );
      expect(dense.arraySync()).toEqual([
        [1, -1, -1],
        [2, 3, -1],
      ]);
    });
    expect([tf.memory().numTensors, tf.backend().numDataIds(), tf.engine().findBackend('cpu').numDataIds()]).toEqual(
      before,
    );
  });
});
