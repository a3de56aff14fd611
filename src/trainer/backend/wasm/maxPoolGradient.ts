import type * as Tf from '@tensorflow/tfjs';
import type { KernelParams, TensorStore } from './kernels.ts';

/**
 * MaxPoolGrad: each output's gradient goes to the first largest input of its window. The stock wasm kernel looks for
 * an input above 0, so that a window of negative inputs (any pooling that no ReLU comes before) lets no gradient through.
 */
export function maxPoolGradient(tf: typeof Tf): Tf.KernelFunc {
  return ({ inputs, attrs, backend }: KernelParams) => {
    const { dy, input } = inputs as { dy: Tf.TensorInfo; input: Tf.TensorInfo };
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Tf.MaxPoolGradAttrs;
    const shape = input.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const store = backend as TensorStore;
    const values = store.readSync(input.dataId) as Float32Array;
    const gradients = store.readSync(dy.dataId) as Float32Array;
    const sums = new Float64Array(values.length);
    const { inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
    let from = 0;
    for (let image = 0; image < info.batchSize; image++) {
      for (let outY = 0; outY < outHeight; outY++) {
        const top = outY * info.strideHeight - padInfo.top;
        const [firstY, endY] = [Math.max(0, top), Math.min(inHeight, top + info.effectiveFilterHeight)];
        for (let outX = 0; outX < outWidth; outX++) {
          const left = outX * info.strideWidth - padInfo.left;
          const [firstX, endX] = [Math.max(0, left), Math.min(inWidth, left + info.effectiveFilterWidth)];
          for (let channel = 0; channel < inChannels; channel++, from++) {
            let largest = -Infinity;
            let at = -1;
            for (let y = firstY; y < endY; y++) {
              for (let x = firstX; x < endX; x++) {
                const index = ((image * inHeight + y) * inWidth + x) * inChannels + channel;
                const value = values[index] ?? NaN;
                if (value > largest) {
                  largest = value;
                  at = index;
                }
              }
            }
            if (at >= 0) {
              sums[at] = (sums[at] ?? 0) + (gradients[from] ?? 0);
            }
          }
        }
      }
    }
    return { dataId: store.write(Float32Array.from(sums), shape, 'float32'), shape, dtype: 'float32' };
  };
}
