import type * as Tf from '@tensorflow/tfjs';
import { delegateToCpu } from './cpuDelegate.ts';
import { findKernel, repairKernel, type KernelParams, type TensorStore } from './kernels.ts';

const products = ['BatchMatMul', '_FusedMatMul'];

/**
 * Makes the wasm backend's products of transposed matrices fast. Its inner loop for them reads memory across rows and
 * is some 16 times slower than the plain one, and every backward pass of a dense layer is made of such products:
 * so an operand is transposed first and the plain product does the work.
 *
 * The results differ from the stock kernel's in the last bits (another order of additions). Products of integers, which
 * wasm refuses, go to the cpu.
 * @returns the kernels that were replaced, also when an earlier call replaced them
 */
export function repairMatrixProducts(tf: typeof Tf): string[] {
  const transpose = findKernel(tf, 'Transpose', 'wasm')?.kernelFunc;
  return transpose === undefined
    ? []
    : products.filter((kernelName) =>
        repairKernel(tf, kernelName, 'transposing first', (stock) =>
          transposingFirst(tf, kernelName, stock, transpose),
        ),
      );
}

function transposingFirst(
  tf: typeof Tf,
  kernelName: string,
  stock: Tf.KernelFunc,
  transpose: Tf.KernelFunc,
): Tf.KernelFunc {
  const onCpu = findKernel(tf, kernelName, 'cpu') === undefined ? stock : delegateToCpu(tf, kernelName);
  return (params: KernelParams) => {
    const { inputs, attrs, backend } = params;
    const { a, b } = inputs as { a: Tf.TensorInfo; b: Tf.TensorInfo };
    if (a.dtype !== 'float32' || b.dtype !== 'float32') {
      return onCpu(params);
    }
    const transposeA = attrs?.['transposeA'] === true;
    const transposeB = attrs?.['transposeB'] === true;
    if (!transposeA && !transposeB) {
      return stock(params);
    }
    const temporary: Tf.TensorInfo[] = [];
    const inOrder = (x: Tf.TensorInfo, isTransposed: boolean): Tf.TensorInfo => {
      if (!isTransposed) {
        return x;
      }
      const result = transpose({ inputs: { x }, attrs: { perm: lastTwoSwapped(x.shape.length) }, backend });
      const info = result as Tf.TensorInfo;
      temporary.push(info);
      return info;
    };
    try {
      return stock({
        inputs: { ...inputs, a: inOrder(a, transposeA), b: inOrder(b, transposeB) },
        attrs: { ...attrs, transposeA: false, transposeB: false },
        backend,
      });
    } finally {
      for (const { dataId } of temporary) {
        (backend as TensorStore).disposeData(dataId);
      }
    }
  };
}

function lastTwoSwapped(rank: number): number[] {
  const order = Array.from({ length: rank }, (_, axis) => axis);
  order.splice(rank - 2, 2, rank - 1, rank - 2);
  return order;
}
