import type * as Tf from '@tensorflow/tfjs';
import type { KernelParams } from '../kernels.ts';
import { workbenchOf } from './workbench.ts';

/** Numbers of 64 bits that sums are kept in at a time (1 MB), unless even 16 columns take more. */
const SUMS = 2 ** 17;

/** UnsortedSegmentSum, the gradient of every look-up in a table, in the backend's own memory. */
export function fastSegmentSum(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const { x, segmentIds } = params.inputs as { x: Tf.TensorInfo; segmentIds: Tf.TensorInfo };
    const { numSegments } = params.attrs as unknown as Tf.UnsortedSegmentSumAttrs;
    const workbench = workbenchOf(params.backend);
    const areIntegers = x.dtype === 'int32';
    const isKnown = (areIntegers || x.dtype === 'float32') && segmentIds.dtype === 'int32';
    if (workbench === null || !isKnown || segmentIds.shape.length !== 1) {
      return earlier(params);
    }
    const rows = segmentIds.shape[0] ?? 0;
    const width = tf.util.sizeFromShape(x.shape.slice(1));
    const columns = Math.min(width, Math.max(16, Math.floor(SUMS / Math.max(1, numSegments))));
    const sums = workbench.output([numSegments, ...x.shape.slice(1)], 'float32');
    const [values, ids, to] = [x, segmentIds, sums].map((info) => workbench.address(info)) as [number, number, number];
    workbench.borrow(8 * numSegments * columns + 8, (working) => {
      workbench.kernels.segmentSums(values, ids, to, rows, width, numSegments, areIntegers, columns, working);
    });
    return sums;
  };
}
