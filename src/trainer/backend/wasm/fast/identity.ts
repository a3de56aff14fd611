import type * as Tf from '@tensorflow/tfjs';
import type { KernelParams } from '../kernels.ts';

/** Identity without a copy, as on cpu: both tensors count on the same data. No kernel of tfjs writes into its inputs. */
export function sharedIdentity(_: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { x } = params.inputs as { x: Tf.TensorInfo };
    if (x.dtype === 'string') {
      return earlier(params);
    }
    (params.backend as Pick<Tf.KernelBackend, 'incRef'>).incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  };
}
