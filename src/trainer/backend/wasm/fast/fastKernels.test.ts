import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { between, expectSameOnBoth, numbersFrom, randomTensor, startWasm } from '../cpuAgainstWasm.ts';
import { repairMatrixProducts } from '../matrixProducts.ts';
import { speedUpKernels } from './fastKernels.ts';

type FourD = tf.Tensor4D;
type Pad = 'valid' | 'same' | 'explicit';

/** A gradient of its own for every output, so that none can pass for another. */
function gradientsOf(operation: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] {
  const value = operation(...inputs);
  const weights = tf.cos(tf.reshape(tf.range(0, value.size), value.shape));
  return [value, ...tf.grads((...args) => tf.sum(tf.mul(operation(...args), weights)))(inputs)];
}

function randomPad(next: () => number, pad: Pad) {
  const some = (): [number, number] => [between(next, 0, 2), between(next, 0, 2)];
  return pad === 'explicit' ? ([[0, 0], some(), some(), [0, 0]] satisfies tf.backend_util.ExplicitPadding) : pad;
}

beforeAll(() => startWasm(tf, true));

describe('a cast', () => {
  it('to the same type shares the numbers and lives on when the first is gone; to another type it makes new ones', () => {
    const before = tf.memory();
    const x = tf.tensor1d([1.5, -2, 3]);
    const same = x.cast('float32');
    x.dispose();
    expect(Array.from(same.dataSync())).toEqual([1.5, -2, 3]);
    const whole = same.cast('int32');
    same.dispose();
    expect([whole.dtype, ...whole.dataSync()]).toEqual(['int32', 1, -2, 3]);
    whole.dispose();
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers });
  });
});

describe('fast gradients', () => {
  it.each(['valid', 'same', 'explicit'] as const)('of convolutions are those of cpu, padding %s', async (padding) => {
    for (let seed = 1; seed <= 20; seed++) {
      await expectSameOnBoth(tf, `${seed} (${padding})`, () => {
        const next = numbersFrom(seed);
        const [channels, filters] = [between(next, 1, 9), between(next, 1, 9)];
        const x = randomTensor(tf, next, [between(next, 1, 3), between(next, 4, 11), between(next, 4, 11), channels]);
        const filter = randomTensor(tf, next, [between(next, 1, 4), between(next, 1, 4), channels, filters]);
        const strides: [number, number] = [between(next, 1, 4), between(next, 1, 4)];
        const pad = randomPad(next, padding);
        return gradientsOf((a, f) => tf.conv2d(a as FourD, f as FourD, strides, pad as 'same'), [x, filter]);
      });
    }
  });

  it.each(['valid', 'same', 'explicit'] as const)('of depthwise ones are, padding %s', async (padding) => {
    for (let seed = 1; seed <= 20; seed++) {
      await expectSameOnBoth(tf, `${seed} (${padding})`, () => {
        const next = numbersFrom(seed);
        const [channels, filters] = [between(next, 1, 9), between(next, 1, 3)];
        const x = randomTensor(tf, next, [between(next, 1, 3), between(next, 4, 9), between(next, 4, 9), channels]);
        const filter = randomTensor(tf, next, [between(next, 1, 4), between(next, 1, 4), channels, filters]);
        const strides: [number, number] = [between(next, 1, 3), between(next, 1, 3)];
        const pad = randomPad(next, padding);
        return gradientsOf((a, f) => tf.depthwiseConv2d(a as FourD, f as FourD, strides, pad as 'same'), [x, filter]);
      });
    }
  });

  it('of a convolution do not depend on how many lines fit in one part', async () => {
    // 150,000 numbers of patches for each image: more than one part, whose last is a part of an image.
    await expectSameOnBoth(tf, 7, () => {
      const next = numbersFrom(7);
      const x = randomTensor(tf, next, [2, 75, 70, 3]);
      const filter = randomTensor(tf, next, [3, 3, 3, 2]);
      return gradientsOf((a, f) => tf.conv2d(a as FourD, f as FourD, [1, 1], 'same'), [x, filter]);
    });
  });

  it('of max pooling go to the first of equal inputs, channel by channel', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      await expectSameOnBoth(tf, seed, () => {
        const next = numbersFrom(seed);
        const shape = [2, between(next, 3, 8), between(next, 3, 8), between(next, 1, 9)];
        // Few different numbers, so that there are ties in most windows.
        const x = tf.round(tf.mul(randomTensor(tf, next, shape), 2));
        const [size, strides] = [between(next, 1, 3), between(next, 1, 3)];
        const pad = next() > 0 ? 'same' : 'valid';
        return gradientsOf((a) => tf.maxPool(a as FourD, size, strides, pad), [x]);
      });
    }
  });

  it.each([1, 2, 3, 4, 5, 6])('of biases are sums over all rows (seed %i)', async (seed) => {
    await expectSameOnBoth(tf, seed, () => {
      const next = numbersFrom(seed);
      const x = randomTensor(tf, next, [between(next, 1, 9), between(next, 1, 60), between(next, 1, 40)]);
      return [tf.sum(x, 0), tf.sum(x, [0, 1]), tf.sum(x, [1, 0], true), tf.sum(x, 1), tf.sum(x), tf.sum(x, [])];
    });
  });
});

describe('sums by segment', () => {
  it.each([1, 2, 3, 4, 5, 6])('are those of cpu, also past 16 columns and of integers (seed %i)', async (seed) => {
    await expectSameOnBoth(tf, seed, () => {
      const next = numbersFrom(seed);
      const [rows, segments] = [between(next, 0, 40), between(next, 1, 12)];
      const ids = tf.tensor1d(
        Array.from({ length: rows }, () => between(next, -2, segments + 1)),
        'int32',
      );
      const x = randomTensor(tf, next, [rows, between(next, 1, 3), between(next, 1, 15)]);
      return [
        tf.unsortedSegmentSum(x, ids, segments),
        tf.unsortedSegmentSum(tf.cast(tf.mul(x, 100), 'int32'), ids, segments),
      ];
    });
  });

  it('are right where the table is too large for all columns at once', async () => {
    await tf.setBackend('wasm');
    tf.tidy(() => {
      const [segments, width] = [10_000, 21];
      const x = tf.reshape(tf.range(0, 3 * width), [3, width]);
      const sums = tf.unsortedSegmentSum(x, tf.tensor1d([9_999, 4, 9_999], 'int32'), segments);
      const row = (i: number) => Array.from(tf.slice(sums, [i, 0], [1, width]).dataSync());
      expect(row(4)).toEqual(Array.from({ length: width }, (_, j) => width + j));
      expect(row(9_999)).toEqual(Array.from({ length: width }, (_, j) => 2 * width + 2 * j));
      expect(tf.sum(sums).dataSync()[0]).toBe((3 * width * (3 * width - 1)) / 2);
    });
  });
});

describe('a step with fast kernels', () => {
  /** All that the fast kernels take part in. */
  function step(seed: number): tf.Tensor[] {
    const next = numbersFrom(seed);
    const [x, filter, depthwise, dense, table] = [
      [3, 9, 9, 3],
      [3, 3, 3, 5],
      [2, 2, 5, 2],
      [90, 7],
      [6, 7],
    ].map((shape) => randomTensor(tf, next, shape)) as [FourD, FourD, FourD, tf.Tensor2D, tf.Tensor2D];
    const ids = tf.tensor1d([1, 5, 1], 'int32');
    return gradientsOf(
      (f, d, w, t) => {
        const convolved = tf.maxPool(tf.conv2d(x, f as FourD, 1, 'same'), 2, 2, 'valid');
        const seen = tf.depthwiseConv2d(convolved, d as FourD, 1, 'valid');
        return tf.add(tf.matMul(tf.reshape(seen, [3, 90]), w), tf.gather(t, ids));
      },
      [filter, depthwise, dense, table],
    );
  }

  it('gives the same bits at every call, whatever was in the memory before', async () => {
    await tf.setBackend('wasm');
    const bits = () => tf.tidy(() => step(1).map((tensor) => tensor.dataSync()));
    const first = bits();
    for (let call = 0; call < 5; call++) {
      tf.tidy(() => [1e3, 1e5, 1e6].forEach((size) => tf.fill([size], NaN)));
      expect(bits(), `call ${call}`).toEqual(first);
    }
  });

  it('leaves no tensor behind, and the memory stops growing', async () => {
    await tf.setBackend('wasm');
    const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
    const state = () => [tf.memory().numTensors, tf.backend().numDataIds(), wasm.HEAPU8.length];
    const run = (steps: number) => {
      for (let i = 0; i < steps; i++) {
        tf.tidy(() => void step(i));
      }
    };
    run(5);
    const before = state();
    run(300);
    expect(state()).toEqual(before);
  });

  it('copies share their numbers until the last of them is disposed', async () => {
    await tf.setBackend('wasm');
    const x = tf.tensor1d([1, 2, 3]);
    const copy = tf.clone(x);
    x.dispose();
    expect(Array.from(copy.dataSync())).toEqual([1, 2, 3]);
    copy.dispose();
  });

  it('is put in place once, whichever repair is asked for again', () => {
    const kernel = tf.getKernel('BatchMatMul', 'wasm').kernelFunc;
    const names = speedUpKernels(tf);
    repairMatrixProducts(tf);
    expect(names).toContain('DepthwiseConv2dNativeBackpropFilter');
    expect(tf.getKernel('BatchMatMul', 'wasm').kernelFunc).toBe(kernel);
  });
});
