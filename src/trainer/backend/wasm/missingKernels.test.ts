import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { between, expectSameOnBoth, numbersFrom, randomTensor, startWasm } from './cpuAgainstWasm.ts';
import { supplyMissingKernels } from './missingKernels.ts';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

/** Gradients of a mean square by input and filter, over random sizes, strides and channels. */
function convolutionGradients(next: () => number, padding: 'valid' | 'same' | 'explicit'): tf.Tensor[] {
  const [channels, filters] = [between(next, 1, 4), between(next, 1, 5)];
  const x = randomTensor(tf, next, [between(next, 1, 3), between(next, 5, 9), between(next, 5, 9), channels]);
  const filter = randomTensor(tf, next, [between(next, 1, 4), between(next, 1, 4), channels, filters]);
  const strides: [number, number] = [between(next, 1, 3), between(next, 1, 3)];
  const rows: [number, number] = [between(next, 0, 2), between(next, 0, 2)];
  const pad =
    padding === 'explicit' ? ([[0, 0], rows, [1, 2], [0, 0]] satisfies tf.backend_util.ExplicitPadding) : padding;
  const loss = (a: tf.Tensor, f: tf.Tensor) =>
    tf
      .conv2d(a as tf.Tensor4D, f as tf.Tensor4D, strides, pad)
      .square()
      .mean();
  return tf.grads(loss)([x, filter]);
}

// Without first: the fast kernels are put over the others.
describe.each([false, true])('kernels that wasm lacks, fast kernels %s', (fast) => {
  beforeAll(() => startWasm(tf, fast));

  it('are all there afterwards, and the same list is given again', () => {
    const onWasm = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
    expect(tf.getKernelsForBackend('cpu').filter(({ kernelName }) => !onWasm.has(kernelName))).toEqual([]);
    const { own, delegated } = supplyMissingKernels(tf);
    // tfjs 4.22, counted by hand from both packages' lists of kernels: 16 in all.
    expect(own).toEqual(['Conv2DBackpropFilter', 'UnsortedSegmentSum']);
    expect(delegated).toHaveLength(14);
    expect(delegated).toEqual(expect.arrayContaining(['Einsum', 'FFT', 'DepthwiseConv2dNativeBackpropFilter']));
  });

  it.each(['valid', 'same', 'explicit'] as const)('conv2d has the gradients of cpu, padding %s', async (padding) => {
    for (const seed of [...seeds, 9, 10, 11, 12]) {
      await expectSameOnBoth(tf, `${seed} (${padding})`, () => convolutionGradients(numbersFrom(seed), padding));
    }
  });

  it('conv2d adds up the parts of a batch whose patches are too many for one product', async () => {
    await expectSameOnBoth(tf, 'fixed', () => {
      // 3 images of 128 x 128 x 3 with 7 x 7 filters: 2.4 million numbers of patches each, 4 million at a time.
      const next = numbersFrom(1);
      const x = randomTensor(tf, next, [3, 128, 128, 3]) as tf.Tensor4D;
      const filter = randomTensor(tf, next, [7, 7, 3, 1]) as tf.Tensor4D;
      return [
        tf.grad((f: tf.Tensor) =>
          tf
            .conv2d(x, f as tf.Tensor4D, 1, 'same')
            .square()
            .mean(),
        )(filter),
      ];
    });
  });

  it('conv2d has the gradient by the definition', async () => {
    await tf.setBackend('wasm');
    tf.tidy(() => {
      // y[i] = x[i] f[0] + x[i+1] f[1] along one row; L = sum y, so dL/df[k] = sum of the x that f[k] met.
      const x = tf.tensor4d([1, 2, 4, 8], [1, 1, 4, 1]);
      const filter = tf.tensor4d([1, 1], [1, 2, 1, 1]);
      const gradient = tf.grad((f: tf.Tensor) => tf.conv2d(x, f as tf.Tensor4D, 1, 'valid').sum())(filter);
      expect(Array.from(gradient.dataSync())).toEqual([1 + 2 + 4, 2 + 4 + 8]);
    });
  });

  it('rows that are looked up outside of the table add to nothing, as on cpu', async () => {
    await expectSameOnBoth(tf, 'fixed', () => [
      tf.unsortedSegmentSum(tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]), tf.tensor1d([1, -1, 1, 7], 'int32'), 3),
      tf.unsortedSegmentSum(tf.tensor1d([1, 2, 4], 'int32'), tf.tensor1d([0, 2, 2], 'int32'), 3),
    ]);
  });

  it('sums by segment refuse complex numbers, as on cpu', async () => {
    await tf.setBackend('wasm');
    const sumOfComplex = () => tf.unsortedSegmentSum(tf.complex([1], [2]), tf.tensor1d([0], 'int32'), 1);
    expect(() => tf.tidy(sumOfComplex)).toThrow(/complex64/);
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
