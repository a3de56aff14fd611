import type * as Tf from '@tensorflow/tfjs';
import { delegateToCpu } from './cpuDelegate.ts';
import { findKernel, repairKernel, type KernelParams } from './kernels.ts';
import { maxPoolGradient } from './maxPoolGradient.ts';

/**
 * Kernels of tfjs-backend-wasm 4.22 whose results differ from cpu's, silently, on ordinary data: found by comparing
 * every operation and gradient on both backends. They go to the cpu backend.
 */
const wrong = [
  'MaxPool3D',
  'MaxPool3DGrad',
  'Conv3DBackpropInputV2',
  'ResizeNearestNeighborGrad',
  'Dilation2D',
  'Dilation2DBackpropInput',
  'Transform',
];

const convolutions = ['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D'];

/**
 * Replaces the wasm kernels that compute something else than cpu does.
 * @returns their names, also those that an earlier call replaced
 */
export function repairWrongKernels(tf: typeof Tf): string[] {
  const toCpu = wrong.filter(
    (kernelName) =>
      findKernel(tf, kernelName, 'cpu') !== undefined &&
      repairKernel(tf, kernelName, 'to cpu', () => delegateToCpu(tf, kernelName)),
  );
  const padded = convolutions.filter((kernelName) =>
    repairKernel(tf, kernelName, 'explicit padding', (stock) => withExplicitPadding(tf, stock, kernelName)),
  );
  const pooled = repairKernel(tf, 'MaxPoolGrad', 'negative inputs', () => maxPoolGradient(tf)) ? ['MaxPoolGrad'] : [];
  const cast = repairKernel(tf, 'Cast', 'to bool', (stock) => castToBoolOnCpu(tf, stock)) ? ['Cast'] : [];
  return [...toCpu, ...padded, ...pooled, ...cast].sort();
}

/**
 * With padding `same` and a stride past the filter's size, the stock kernel pads by a negative number. The same padding
 * told in numbers is computed rightly.
 */
function withExplicitPadding(tf: typeof Tf, stock: Tf.KernelFunc, kernelName: string): Tf.KernelFunc {
  const isDepthwise = kernelName.includes('Depthwise');
  return (params: KernelParams) => {
    const { x, filter } = params.inputs as { x: Tf.TensorInfo; filter: Tf.TensorInfo };
    const attrs = params.attrs as unknown as Tf.Conv2DAttrs;
    if (attrs.pad !== 'same' || x.shape.length !== 4) {
      return stock(params);
    }
    const info = tf.backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      filter.shape as [number, number, number, number],
      attrs.strides,
      // A depthwise layer that is not dilated has none.
      (attrs as Partial<Tf.Conv2DAttrs>).dilations ?? 1,
      'same',
      attrs.dimRoundingMode,
      isDepthwise,
      attrs.dataFormat === 'NCHW' ? 'channelsFirst' : 'channelsLast',
    );
    if (info.strideHeight <= info.effectiveFilterHeight && info.strideWidth <= info.effectiveFilterWidth) {
      return stock(params);
    }
    const { top, bottom, left, right } = info.padInfo;
    const rows = [top, bottom];
    const columns = [left, right];
    const none = [0, 0];
    const pad = attrs.dataFormat === 'NCHW' ? [none, none, rows, columns] : [none, rows, columns, none];
    return stock({ ...params, attrs: { ...params.attrs, pad } });
  };
}

/** The stock kernel copies the low byte of the number: 256 would be false, and 2 a third truth value. */
function castToBoolOnCpu(tf: typeof Tf, stock: Tf.KernelFunc): Tf.KernelFunc {
  const onCpu = delegateToCpu(tf, 'Cast');
  return (params: KernelParams) => {
    const isNumberToBool = params.attrs?.['dtype'] === 'bool' && params.inputs['x']?.dtype !== 'bool';
    return isNumberToBool ? onCpu(params) : stock(params);
  };
}
