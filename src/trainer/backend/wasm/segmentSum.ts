import type * as Tf from '@tensorflow/tfjs';
import { delegateToCpu } from './cpuDelegate.ts';
import type { KernelParams, TensorStore } from './kernels.ts';

/**
 * UnsortedSegmentSum for wasm, the gradient of every look-up in a table (embeddings): row i of x is added to row
 * `segmentIds[i]` of the result, in one pass. The cpu kernel passes over all of x once for every row of the table.
 * As there, ids outside of the table add to nothing, and sums of integers are float32 too.
 */
export function segmentSum(tf: typeof Tf): Tf.KernelFunc {
  const onCpu = delegateToCpu(tf, 'UnsortedSegmentSum');
  return (params: KernelParams) => {
    const { x, segmentIds } = params.inputs as { x: Tf.TensorInfo; segmentIds: Tf.TensorInfo };
    const { numSegments } = params.attrs as unknown as Tf.UnsortedSegmentSumAttrs;
    if (segmentIds.shape.length !== 1 || x.dtype === 'complex64') {
      return onCpu(params);
    }
    const store = params.backend as TensorStore;
    const values = store.readSync(x.dataId) as Float32Array | Int32Array;
    const ids = store.readSync(segmentIds.dataId) as Int32Array;
    const shape = [numSegments, ...x.shape.slice(1)];
    const width = tf.util.sizeFromShape(x.shape.slice(1));
    // A row may be looked up thousands of times: its sum is rounded to 32 bits once, at the end.
    const sums = new Float64Array(numSegments * width);
    for (let row = 0; row < ids.length; row++) {
      const segment = ids[row] ?? -1;
      if (segment < 0 || segment >= numSegments) {
        continue;
      }
      for (let i = 0; i < width; i++) {
        const to = segment * width + i;
        sums[to] = (sums[to] ?? 0) + (values[row * width + i] ?? 0);
      }
    }
    return { dataId: store.write(Float32Array.from(sums), shape, 'float32'), shape, dtype: 'float32' };
  };
}
