import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineInternals } from '../observe/tape/engineInternals.ts';
import { ForwardCount } from './forwardCount.ts';
import { multiplyAdds } from './multiplyAdds.ts';

beforeAll(() => tf.setBackend('cpu'));

const op = (
  kernelName: string,
  inputs: Record<string, number[]>,
  output: number[],
  attrs: unknown = {},
): Parameters<typeof multiplyAdds>[0] => ({
  kernelName,
  inputs: Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { shape }])),
  outputs: [{ shape: output }],
  attrs,
});

describe('multiply-adds, by hand', () => {
  it.each([
    ['256 x 64 by 64 x 256', op('BatchMatMul', { a: [256, 64], b: [64, 256] }, [256, 256]), 4_194_304],
    ['the same, both transposed', op('MatMul', { a: [64, 256], b: [256, 64] }, [256, 256]), 4_194_304],
    ['a batch of 5, 2 x 3 by 3 x 4', op('BatchMatMul', { a: [5, 2, 3], b: [5, 3, 4] }, [5, 2, 4]), 120],
    ['one matrix for a batch of 5', op('BatchMatMul', { a: [1, 2, 3], b: [5, 3, 4] }, [5, 2, 4]), 120],
    ['fused', op('_FusedMatMul', { a: [1, 2, 3], b: [1, 3, 4], bias: [4] }, [1, 2, 4]), 24],
    ['fused, by numbers', op('fusedMatMul__op', { 0: [1, 2, 3], 1: [1, 3, 4], 2: [4] }, [2, 4]), 24],
    ['of no rows', op('BatchMatMul', { a: [0, 3], b: [3, 4] }, [0, 4]), 0],
    ['3 x 3 over 26 x 26, 4 to 8', op('Conv2D', { x: [1, 28, 28, 4], filter: [3, 3, 4, 8] }, [1, 26, 26, 8]), 194_688],
    ['fused', op('fusedConv2d__op', { 0: [1, 28, 28, 4], 1: [3, 3, 4, 8] }, [1, 26, 26, 8]), 194_688],
    ['2 x 2 x 2', op('Conv3D', { x: [1, 3, 3, 3, 2], filter: [2, 2, 2, 2, 5] }, [1, 2, 2, 2, 5]), 640],
    ['transposed', op('Conv2DBackpropInput', { dy: [1, 2, 2, 3], filter: [2, 2, 5, 3] }, [1, 4, 4, 5]), 240],
    [
      'depthwise',
      op('DepthwiseConv2dNative', { x: [1, 5, 5, 2], filter: [3, 3, 2, 3] }, [1, 3, 3, 6], { dilations: null }),
      486,
    ],
    ['a sum over j', op('Einsum', { 0: [2, 3], 1: [5, 3] }, [2, 5], { equation: 'ij, kj -> ik' }), 30],
    ['sums of one tensor', op('Einsum', { 0: [2, 3] }, [2], { equation: 'ij->i' }), 0],
    ['anything else', op('Multiply', { a: [9, 9], b: [9, 9] }, [9, 9]), 0],
    ["an op's name over a copy", op('fusedMatMul__op', { x: [9, 9] }, [9, 9]), 0],
  ])('%s', (_, taped, count) => {
    expect(multiplyAdds(taped)).toBe(count);
  });
});

describe('of a forward pass', () => {
  const count = (f: () => tf.Tensor): number => {
    const engine = engineInternals(tf);
    const before = Object.getOwnPropertyDescriptor(engine, 'addTapeNode');
    const counted = new ForwardCount(engine);
    tf.tidy(() => void tf.variableGrads(counted.around(f) as () => tf.Scalar));
    expect(Object.getOwnPropertyDescriptor(engine, 'addTapeNode')).toEqual(before);
    // What runs after it, or once more, is not its own.
    tf.tidy(() => void tf.variableGrads(counted.around(f) as () => tf.Scalar));
    return counted.total;
  };

  it('are those of layers and of fused ops, and none of the backward pass', () => {
    const { layers } = tf;
    const model = tf.sequential();
    model.add(layers.conv2d({ inputShape: [8, 8, 2], filters: 3, kernelSize: 3, activation: 'relu' }));
    model.add(layers.depthwiseConv2d({ kernelSize: 3 }));
    model.add(layers.conv2d({ filters: 5, kernelSize: 1 }));
    model.add(layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }));
    model.add(layers.flatten());
    model.add(layers.dense({ units: 10, activation: 'tanh' }));
    model.add(layers.dense({ units: 1 }));
    const x = tf.ones([4, 8, 8, 2]);
    const convolutions = 4 * (6 * 6 * 3 * 18 + 4 * 4 * 3 * 9 + 4 * 4 * 5 * 3 + 4 * 4 * 5 * 8);
    const products = 4 * (8 * 8 * 2 * 10 + 10);
    expect(count(() => (model.apply(x, { training: true }) as tf.Tensor).sum())).toBe(convolutions + products);
  });

  it('leave out the inside of a gradient inside, and what failed', () => {
    const w = tf.variable(tf.ones([3, 3]));
    const inner = tf.grad((each: tf.Tensor) => each.matMul(each).sum());
    expect(
      count(() =>
        w
          .matMul(w)
          .sum()
          .add(tf.ones([2, 3]).matMul(w).sum()),
      ),
    ).toBe(27 + 18);
    expect(
      count(() =>
        w
          .matMul(w)
          .sum()
          .add(
            inner(tf.ones([3, 3]))
              .sum()
              .mul(w.sum()),
          ),
      ),
    ).toBe(3 * 27);
    expect(() =>
      count(() => {
        throw new Error('the loss failed');
      }),
    ).toThrow('the loss failed');
  });
});
