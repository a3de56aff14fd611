import type * as Tf from '@tensorflow/tfjs';
import type { KernelParams } from '../kernels.ts';
import { geometryOf, rank4 } from './geometry.ts';
import { workbenchOf } from './workbench.ts';

/** MaxPoolGrad in the backend's own memory: each output's gradient goes to the first largest input of its window. */
export function fastMaxPoolGradient(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { dy, input } = params.inputs as { dy: Tf.TensorInfo; input: Tf.TensorInfo };
    const { filterSize, strides, pad, dimRoundingMode } = params.attrs as unknown as Tf.MaxPoolGradAttrs;
    const workbench = workbenchOf(params.backend);
    if (workbench === null || dy.dtype !== 'float32' || input.dtype !== 'float32') {
      return earlier(params);
    }
    const info = tf.backend_util.computePool2DInfo(rank4(input.shape), filterSize, strides, 1, pad, dimRoundingMode);
    const dx = workbench.output(input.shape, 'float32');
    workbench.clear(dx);
    const [from, gradients, to] = [input, dy, dx].map((each) => workbench.address(each)) as [number, number, number];
    workbench.kernels.maxPoolGradient(from, gradients, to, info.batchSize, ...geometryOf(info));
    return dx;
  };
}
