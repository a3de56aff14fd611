import type * as Tf from '@tensorflow/tfjs';
import { repairKernel } from '../kernels.ts';
import { fastFilterGradient, fastInputGradient } from './convolutions.ts';
import { fastEinsum } from './einsum.ts';
import { fastDepthwiseFilterGradient, fastDepthwiseInputGradient } from './depthwise.ts';
import { sharedCast, sharedIdentity } from './identity.ts';
import { fastMaxPoolGradient } from './maxPoolGradient.ts';
import { fastBatchMatMul, fastFusedMatMul } from './products.ts';
import { fastSegmentSum } from './segmentSum.ts';
import { fastSum } from './sum.ts';

const fastKernels: Readonly<Record<string, (tf: typeof Tf, earlier: Tf.KernelFunc) => Tf.KernelFunc>> = {
  BatchMatMul: fastBatchMatMul,
  Cast: sharedCast,
  _FusedMatMul: fastFusedMatMul,
  Conv2DBackpropFilter: fastFilterGradient,
  Conv2DBackpropInput: fastInputGradient,
  DepthwiseConv2dNativeBackpropFilter: fastDepthwiseFilterGradient,
  DepthwiseConv2dNativeBackpropInput: fastDepthwiseInputGradient,
  Einsum: fastEinsum,
  Identity: sharedIdentity,
  MaxPoolGrad: fastMaxPoolGradient,
  Sum: fastSum,
  UnsortedSegmentSum: fastSegmentSum,
};

/**
 * Puts our own WebAssembly kernels in the place of those that training spends its time in. What they do not take
 * (other types, channels-first data), and everything where they cannot share the backend's memory, goes to the kernel
 * that was there before.
 * @returns their names, also those that an earlier call replaced
 */
export function speedUpKernels(tf: typeof Tf): string[] {
  return Object.entries(fastKernels)
    .filter(([kernelName, write]) => repairKernel(tf, kernelName, 'fast', (earlier) => write(tf, earlier)))
    .map(([kernelName]) => kernelName);
}
