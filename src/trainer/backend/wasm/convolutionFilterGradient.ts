import type * as Tf from '@tensorflow/tfjs';
import { delegateToCpu } from './cpuDelegate.ts';
import type { KernelParams, TensorStore } from './kernels.ts';

type ConvolutionInfo = ReturnType<typeof Tf.backend_util.computeConv2DInfo>;

/** At most this many numbers of patches at a time (16 MB), however large the batch is. */
const PATCH_NUMBERS = 4 * 2 ** 20;

/**
 * Conv2DBackpropFilter for wasm: the gradient of a convolution's filter as a product of two matrices. A row of the
 * first holds the inputs that one output pixel saw (its patch), a row of the second that pixel's gradient; so
 * dFilter [fh·fw·in, out] = patchesᵀ · dy. (Chellapilla, Puri, Simard 2006: convolution as a matrix product.)
 * The cpu kernel computes the same number by number, hundreds of times slower. Channels-first data still goes there.
 */
export function convolutionFilterGradient(tf: typeof Tf): Tf.KernelFunc {
  const onCpu = delegateToCpu(tf, 'Conv2DBackpropFilter');
  return (params: KernelParams) => {
    const { x, dy } = params.inputs as { x: Tf.TensorInfo; dy: Tf.TensorInfo };
    const attrs = params.attrs as unknown as Tf.Conv2DBackpropFilterAttrs;
    if (attrs.dataFormat !== 'NHWC' || x.dtype !== 'float32' || dy.dtype !== 'float32') {
      return onCpu(params);
    }
    const { strides, pad, dimRoundingMode, filterShape } = attrs;
    const inputShape = x.shape as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
    const store = params.backend as TensorStore;
    const multiply = tf.getKernel('BatchMatMul', 'wasm').kernelFunc;
    const inputs = store.readSync(x.dataId) as Float32Array;
    const gradients = store.readSync(dy.dataId) as Float32Array;

    const columns = info.filterHeight * info.filterWidth * info.inChannels;
    const pixels = info.outHeight * info.outWidth;
    const sum = new Float32Array(columns * info.outChannels);
    const imagesAtOnce = Math.max(1, Math.floor(PATCH_NUMBERS / Math.max(1, pixels * columns)));
    for (let first = 0; first < info.batchSize; first += imagesAtOnce) {
      const images = Math.min(imagesAtOnce, info.batchSize - first);
      const rows = images * pixels;
      const from = first * pixels * info.outChannels;
      const part = productOfTransposed(store, multiply, params.backend, rows, [
        { width: columns, values: patches(inputs, info, first, images) },
        { width: info.outChannels, values: gradients.subarray(from, from + rows * info.outChannels) },
      ]);
      for (let i = 0; i < sum.length; i++) {
        sum[i] = (sum[i] ?? 0) + (part[i] ?? 0);
      }
    }
    return { dataId: store.write(sum, info.filterShape, 'float32'), shape: info.filterShape, dtype: 'float32' };
  };
}

interface Matrix {
  readonly width: number;
  readonly values: Float32Array;
}

/** aᵀ · b, of two matrices with `rows` rows. */
function productOfTransposed(
  store: TensorStore,
  multiply: Tf.KernelFunc,
  backend: object,
  rows: number,
  matrices: readonly [Matrix, Matrix],
): Float32Array {
  const infos: Tf.TensorInfo[] = [];
  const written = ({ width, values }: Matrix): Tf.TensorInfo => {
    const shape = [rows, width];
    const info = { dataId: store.write(values, shape, 'float32'), shape, dtype: 'float32' as const };
    infos.push(info);
    return info;
  };
  try {
    const inputs = { a: written(matrices[0]), b: written(matrices[1]) };
    const product = multiply({ inputs, attrs: { transposeA: true, transposeB: false }, backend }) as Tf.TensorInfo;
    infos.push(product);
    return store.readSync(product.dataId) as Float32Array;
  } finally {
    for (const { dataId } of infos) {
      store.disposeData(dataId);
    }
  }
}

/** The inputs that each output pixel of some images saw: [images · outHeight · outWidth, fh · fw · in], padded with 0. */
function patches(inputs: Float32Array, info: ConvolutionInfo, firstImage: number, images: number): Float32Array {
  const { filterHeight, filterWidth, inChannels, inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  const rowLength = filterWidth * inChannels;
  const result = new Float32Array(images * outHeight * outWidth * filterHeight * rowLength);
  let to = 0;
  for (let image = firstImage; image < firstImage + images; image++) {
    for (let outY = 0; outY < outHeight; outY++) {
      for (let outX = 0; outX < outWidth; outX++) {
        const left = outX * info.strideWidth - padInfo.left;
        const firstInside = Math.max(0, -left);
        const numbers = (Math.min(filterWidth, inWidth - left) - firstInside) * inChannels;
        for (let filterY = 0; filterY < filterHeight; filterY++, to += rowLength) {
          const y = outY * info.strideHeight - padInfo.top + filterY;
          if (y < 0 || y >= inHeight) {
            continue;
          }
          const from = ((image * inHeight + y) * inWidth + left + firstInside) * inChannels;
          const start = to + firstInside * inChannels;
          // Runs are short: a loop is faster than `set(subarray())`.
          for (let i = 0; i < numbers; i++) {
            result[start + i] = inputs[from + i] ?? 0;
          }
        }
      }
    }
  }
  return result;
}
