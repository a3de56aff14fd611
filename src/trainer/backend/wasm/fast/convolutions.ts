import type * as Tf from '@tensorflow/tfjs';
import type { KernelParams } from '../kernels.ts';
import { geometryOf, rank4, type ConvolutionInfo } from './geometry.ts';
import { workbenchOf, type Workbench } from './workbench.ts';

/** At most this many numbers of patches at a time (or one line of pixels): they stay in the second cache. */
const PATCH_NUMBERS = 2 ** 17;

/**
 * Conv2DBackpropFilter: dFilter [fh·fw·in, out] = patchesᵀ · dy, some lines of the images at a time.
 * Channels-first data is left to the earlier kernel.
 */
export function fastFilterGradient(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { x, dy } = params.inputs as { x: Tf.TensorInfo; dy: Tf.TensorInfo };
    const attrs = params.attrs as unknown as Tf.Conv2DBackpropFilterAttrs;
    const workbench = workbenchOf(params.backend);
    if (workbench === null || attrs.dataFormat !== 'NHWC' || x.dtype !== 'float32' || dy.dtype !== 'float32') {
      return earlier(params);
    }
    const info = infoOf(tf, x.shape, attrs.filterShape, attrs);
    const { outChannels, outWidth } = info;
    const gradient = workbench.output(info.filterShape, 'float32');
    const [inputs, gradients, to] = [x, dy, gradient].map((each) => workbench.address(each)) as [
      number,
      number,
      number,
    ];
    workbench.clear(gradient);
    forEachPart(workbench, info, (firstLine, lines, columns, patches, working) => {
      const rows = lines * outWidth;
      const from = gradients + 4 * firstLine * outWidth * outChannels;
      workbench.kernels.collectPatches(inputs, patches, ...geometryOf(info), firstLine, lines);
      workbench.kernels.multiply(patches, from, to, columns, outChannels, rows, true, false, true, working);
    });
    return gradient;
  };
}

/** Conv2DBackpropInput: patches = dy · filterᵀ, each added to the place that it was seen at. */
export function fastInputGradient(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { dy, filter } = params.inputs as { dy: Tf.TensorInfo; filter: Tf.TensorInfo };
    const attrs = params.attrs as unknown as Tf.Conv2DBackpropInputAttrs;
    const workbench = workbenchOf(params.backend);
    if (workbench === null || attrs.dataFormat !== 'NHWC' || dy.dtype !== 'float32' || filter.dtype !== 'float32') {
      return earlier(params);
    }
    const info = infoOf(tf, attrs.inputShape, filter.shape, attrs);
    const { outChannels, outWidth } = info;
    const dx = workbench.output(info.inShape, 'float32');
    const [gradients, weights, to] = [dy, filter, dx].map((each) => workbench.address(each)) as [
      number,
      number,
      number,
    ];
    workbench.clear(dx);
    forEachPart(workbench, info, (firstLine, lines, columns, patches, working) => {
      const rows = lines * outWidth;
      const from = gradients + 4 * firstLine * outWidth * outChannels;
      workbench.kernels.multiply(from, weights, patches, rows, columns, outChannels, false, true, false, working);
      workbench.kernels.scatterPatches(to, patches, ...geometryOf(info), firstLine, lines);
    });
    return dx;
  };
}

function infoOf(
  tf: typeof Tf,
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode }: Tf.Conv2DBackpropFilterAttrs | Tf.Conv2DBackpropInputAttrs,
): ConvolutionInfo {
  return tf.backend_util.computeConv2DInfo(rank4(inputShape), rank4(filterShape), strides, 1, pad, dimRoundingMode);
}

/** Goes through all lines of output pixels, as many at a time as there is room for their patches. */
function forEachPart(
  workbench: Workbench,
  info: ConvolutionInfo,
  use: (firstLine: number, lines: number, columns: number, patches: number, working: number) => void,
): void {
  const columns = info.filterHeight * info.filterWidth * info.inChannels;
  const perLine = info.outWidth * columns;
  const all = info.batchSize * info.outHeight;
  const atOnce = Math.max(1, Math.min(all, Math.floor(PATCH_NUMBERS / Math.max(1, perLine))));
  const rows = atOnce * info.outWidth;
  const { outChannels } = info;
  const { kernels } = workbench;
  const working = Math.max(
    kernels.multiplyMemory(columns, outChannels, rows),
    kernels.multiplyMemory(rows, columns, outChannels),
  );
  const patchBytes = 4 * atOnce * perLine;
  workbench.borrow(patchBytes + working, (start) => {
    for (let line = 0; line < all; line += atOnce) {
      use(line, Math.min(atOnce, all - line), columns, start, start + patchBytes);
    }
  });
}
