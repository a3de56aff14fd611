import type * as Tf from '@tensorflow/tfjs';
import type { KernelParams } from '../kernels.ts';

/** Identity without a copy, as on cpu: both tensors count on the same data. No kernel of tfjs writes into its inputs. */
export function sharedIdentity(_: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { x } = params.inputs as { x: Tf.TensorInfo };
    return x.dtype === 'string' ? earlier(params) : share(params, x);
  };
}

/** A cast to the type that a tensor has already is no more than that: the slope of every ReLU takes one. */
export function sharedCast(_: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { x } = params.inputs as { x: Tf.TensorInfo };
    const { dtype } = params.attrs as unknown as Tf.CastAttrs;
    return dtype === x.dtype && dtype !== 'string' ? share(params, x) : earlier(params);
  };
}

/** A second tensor with the same data. */
function share({ backend }: KernelParams, { dataId, shape, dtype }: Tf.TensorInfo): Tf.TensorInfo {
  (backend as Pick<Tf.KernelBackend, 'incRef'>).incRef(dataId);
  return { dataId, shape, dtype };
}
