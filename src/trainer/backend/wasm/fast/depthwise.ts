import type * as Tf from '@tensorflow/tfjs';
import type { KernelParams } from '../kernels.ts';
import { geometryOf, rank4, type ConvolutionInfo } from './geometry.ts';
import { workbenchOf, type Workbench } from './workbench.ts';

type Attrs = Tf.DepthwiseConv2dNativeBackpropFilterAttrs | Tf.DepthwiseConv2dNativeBackpropInputAttrs;

/** DepthwiseConv2dNativeBackpropFilter, image by image. Dilated ones, whose gradient tfjs refuses, are left alone. */
export function fastDepthwiseFilterGradient(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { x, dy } = params.inputs as { x: Tf.TensorInfo; dy: Tf.TensorInfo };
    const attrs = params.attrs as unknown as Tf.DepthwiseConv2dNativeBackpropFilterAttrs;
    const workbench = workbenchOf(params.backend);
    const info = infoOf(tf, x.shape, attrs.filterShape, attrs);
    if (workbench === null || !isPlain(info, [x, dy])) {
      return earlier(params);
    }
    const gradient = workbench.output(attrs.filterShape, 'float32');
    workbench.clear(gradient);
    const [input, gradients, to] = [x, dy, gradient].map((each) => workbench.address(each)) as [number, number, number];
    forEachImage(workbench, info, (inputAt, outputAt, working) => {
      const from = [input + inputAt, gradients + outputAt, to, working, filtersOf(info)] as const;
      workbench.kernels.depthwiseFilterGradient(...from, ...geometryOf(info));
    });
    return gradient;
  };
}

/** DepthwiseConv2dNativeBackpropInput, image by image. */
export function fastDepthwiseInputGradient(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { dy, filter } = params.inputs as { dy: Tf.TensorInfo; filter: Tf.TensorInfo };
    const attrs = params.attrs as unknown as Tf.DepthwiseConv2dNativeBackpropInputAttrs;
    const workbench = workbenchOf(params.backend);
    const info = infoOf(tf, attrs.inputShape, filter.shape, attrs);
    if (workbench === null || !isPlain(info, [dy, filter])) {
      return earlier(params);
    }
    const dx = workbench.output(attrs.inputShape, 'float32');
    const [gradients, weights, to] = [dy, filter, dx].map((each) => workbench.address(each)) as [
      number,
      number,
      number,
    ];
    forEachImage(workbench, info, (inputAt, outputAt, working) => {
      const from = [gradients + outputAt, weights, to + inputAt, working, filtersOf(info)] as const;
      workbench.kernels.depthwiseInputGradient(...from, ...geometryOf(info));
    });
    return dx;
  };
}

function infoOf(
  tf: typeof Tf,
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad, dimRoundingMode }: Attrs,
): ConvolutionInfo {
  return tf.backend_util.computeConv2DInfo(
    rank4(inputShape),
    rank4(filterShape),
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
}

function isPlain(info: ConvolutionInfo, tensors: readonly Tf.TensorInfo[]): boolean {
  const isDilated = info.dilationHeight !== 1 || info.dilationWidth !== 1;
  return !isDilated && tensors.every(({ dtype }) => dtype === 'float32');
}

/** How many filters each channel of the input has. */
function filtersOf({ inChannels, outChannels }: ConvolutionInfo): number {
  return outChannels / Math.max(1, inChannels);
}

/** Tells how many bytes into the input and the output each image begins. */
function forEachImage(
  workbench: Workbench,
  info: ConvolutionInfo,
  use: (inputAt: number, outputAt: number, working: number) => void,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const pixels = 4 * inHeight * inWidth;
  workbench.borrow(outChannels > inChannels ? pixels * outChannels : 4, (working) => {
    for (let image = 0; image < batchSize; image++) {
      use(image * pixels * inChannels, 4 * image * outHeight * outWidth * outChannels, working);
    }
  });
}
