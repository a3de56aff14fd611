import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { between, expectSameOnBoth, numbersFrom, randomTensor, startWasm } from './cpuAgainstWasm.ts';

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
type Operation = (x: tf.Tensor) => tf.Tensor;

/** Value and gradient of an operation. Each output has a gradient of its own, so that none can pass for another. */
function valueAndGradient(operation: Operation, x: tf.Tensor): tf.Tensor[] {
  const value = operation(x);
  const weights = tf.cos(tf.reshape(tf.range(0, value.size), value.shape));
  return [value, tf.grad((input) => tf.sum(tf.mul(operation(input), weights)))(x)];
}

function randomPool(next: () => number): Operation {
  const size: [number, number] = [between(next, 1, 3), between(next, 1, 3)];
  const strides: [number, number] = [between(next, 1, 3), between(next, 1, 3)];
  const padding = next() > 0 ? 'same' : 'valid';
  return (x) => tf.maxPool(x as tf.Tensor4D, size, strides, padding);
}

beforeAll(() => startWasm(tf));

describe('corrected wasm kernels', () => {
  it('max pooling lets gradients through to negative inputs', async () => {
    await tf.setBackend('wasm');
    tf.tidy(() => {
      const x = tf.tensor4d([-1, -2, -4, -3], [1, 1, 4, 1]);
      const gradient = tf.grad((input) => tf.maxPool(input as tf.Tensor4D, [1, 2], [1, 2], 'valid').sum())(x);
      expect(Array.from(gradient.dataSync())).toEqual([1, 0, 0, 1]);
    });
  });

  it.each([0, -3])('max pooling has the gradients of cpu, inputs around %s', async (centre) => {
    for (const seed of seeds) {
      await expectSameOnBoth(tf, seed, () => {
        const next = numbersFrom(seed);
        const operation = randomPool(next);
        const x = randomTensor(tf, next, [2, between(next, 3, 7), between(next, 3, 7), 2]);
        return valueAndGradient(operation, tf.add(x, centre));
      });
    }
  });

  it('max pooling in space agrees with cpu', async () => {
    for (const seed of seeds.slice(0, 4)) {
      await expectSameOnBoth(tf, seed, () => {
        const x = tf.sub(randomTensor(tf, numbersFrom(seed), [1, 3, 4, 3, 2]), 1);
        return valueAndGradient((input) => tf.maxPool3d(input as tf.Tensor5D, 2, 1, 'same'), x);
      });
    }
  });

  it('convolutions with a stride past the filter agree with cpu', async () => {
    for (const seed of seeds) {
      await expectSameOnBoth(tf, seed, () => {
        const next = numbersFrom(seed);
        const [height, width] = [between(next, 1, 2), between(next, 1, 3)];
        const strides: [number, number] = [between(next, 1, 3), between(next, 1, 3)];
        const x = randomTensor(tf, next, [2, between(next, 5, 8), between(next, 5, 8), 2]) as tf.Tensor4D;
        const filter = randomTensor(tf, next, [height, width, 2, 3]) as tf.Tensor4D;
        return [
          tf.conv2d(x, filter, strides, 'same'),
          tf.fused.conv2d({ x, filter, strides, pad: 'same', activation: 'relu' }),
          tf.depthwiseConv2d(x, filter, strides, 'same'),
          tf.fused.depthwiseConv2d({ x, filter, strides, pad: 'same', activation: 'relu' }),
        ];
      });
    }
  });

  const others: Record<string, () => tf.Tensor[]> = {
    'a convolution in space': () => {
      const next = numbersFrom(1);
      const filter = randomTensor(tf, next, [2, 2, 2, 2, 3]) as tf.Tensor5D;
      const x = randomTensor(tf, next, [1, 3, 4, 3, 2]);
      return valueAndGradient((input) => tf.conv3d(input as tf.Tensor5D, filter, 1, 'same'), x);
    },
    'resizing to the nearest neighbour': () => {
      const x = randomTensor(tf, numbersFrom(2), [2, 3, 4, 2]);
      return [
        ...valueAndGradient((input) => tf.image.resizeNearestNeighbor(input as tf.Tensor4D, [6, 8]), x),
        tf.grad((input) =>
          tf.image
            .resizeNearestNeighbor(input as tf.Tensor4D, [5, 9])
            .square()
            .sum(),
        )(x),
      ];
    },
    dilation: () => {
      const next = numbersFrom(3);
      const filter = randomTensor(tf, next, [2, 2, 2]) as tf.Tensor3D;
      const x = tf.sub(randomTensor(tf, next, [2, 5, 6, 2]), 2);
      return valueAndGradient((input) => tf.dilation2d(input as tf.Tensor4D, filter, 1, 'same'), x);
    },
    'turning an image': () => {
      const turn = tf.tensor2d([1, 0.1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0], [2, 8]);
      return [tf.image.transform(randomTensor(tf, numbersFrom(4), [2, 5, 6, 2]) as tf.Tensor4D, turn)];
    },
    'numbers as truth values': () => [
      tf.cast(tf.tensor1d([0, 0.5, -1, 2, 256, 1e9]), 'bool'),
      tf.cast(tf.tensor1d([0, 256, -7], 'int32'), 'bool'),
    ],
  };

  it.each(Object.keys(others))('%s agrees with cpu', async (name) => {
    await expectSameOnBoth(tf, name, others[name]!);
  });

  it('a number is true when it is not 0', async () => {
    await tf.setBackend('wasm');
    const truth = tf.tidy(() => Array.from(tf.cast(tf.tensor1d([0, 0.5, -1, 256]), 'bool').dataSync()));
    expect(truth).toEqual([0, 1, 1, 1]);
  });
});
