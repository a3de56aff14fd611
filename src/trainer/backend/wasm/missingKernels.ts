import type * as Tf from '@tensorflow/tfjs';
import { delegateToCpu } from './cpuDelegate.ts';
import { findKernel } from './kernels.ts';

const delegates = new WeakSet<Tf.KernelFunc>();

/**
 * Registers every kernel that the cpu backend has and wasm lacks as a delegate to the cpu kernel, so that whatever
 * trains on cpu trains on wasm (in tfjs 4.22 the backward passes of convolutions and of embeddings are among them).
 * The list comes from the registry: a newer tfjs that brings a kernel of its own keeps it.
 * @returns the delegated kernels, sorted, also those of an earlier call
 */
export function delegateMissingKernels(tf: typeof Tf): string[] {
  const names: string[] = [];
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    const existing = findKernel(tf, kernelName, 'wasm');
    if (existing === undefined) {
      const kernelFunc = delegateToCpu(tf, kernelName);
      delegates.add(kernelFunc);
      tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
      names.push(kernelName);
    } else if (delegates.has(existing.kernelFunc)) {
      names.push(kernelName);
    }
  }
  return names.sort();
}
