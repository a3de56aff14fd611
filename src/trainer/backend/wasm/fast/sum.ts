import type * as Tf from '@tensorflow/tfjs';
import type { KernelParams } from '../kernels.ts';
import { workbenchOf } from './workbench.ts';

/**
 * Sum over the leading dimensions, which is the gradient of every bias: row upon row. The stock kernel transposes first.
 * Sums over other dimensions are left to it.
 */
export function fastSum(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { x } = params.inputs as { x: Tf.TensorInfo };
    const { axis, keepDims } = params.attrs as unknown as Tf.SumAttrs;
    const axes = tf.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
    const areLeading = axes.length > 0 && axes.length < x.shape.length && axes.every((each, i) => each === i);
    const columns = tf.util.sizeFromShape(x.shape.slice(axes.length));
    const workbench = workbenchOf(params.backend);
    // A single column is a sum over everything, at which the stock kernel is good.
    if (workbench === null || x.dtype !== 'float32' || !areLeading || columns === 1) {
      return earlier(params);
    }
    const shape = x.shape.slice(axes.length);
    const sums = workbench.output(keepDims ? [...axes.map(() => 1), ...shape] : shape, 'float32');
    const rows = tf.util.sizeFromShape(x.shape.slice(0, axes.length));
    workbench.kernels.sumRows(workbench.address(x), workbench.address(sums), rows, columns);
    return sums;
  };
}
