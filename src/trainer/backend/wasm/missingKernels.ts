import type * as Tf from '@tensorflow/tfjs';
import { convolutionFilterGradient } from './convolutionFilterGradient.ts';
import { delegateToCpu } from './cpuDelegate.ts';
import { findKernel, unrepaired } from './kernels.ts';
import { segmentSum } from './segmentSum.ts';

/** Kernels that training needs at every step, and that the cpu backend is far too slow at. */
const ownKernels: Readonly<Record<string, (tf: typeof Tf) => Tf.KernelFunc>> = {
  Conv2DBackpropFilter: convolutionFilterGradient,
  UnsortedSegmentSum: segmentSum,
};

/** The kernels that were supplied to the wasm backend, by name, sorted. */
export interface SuppliedKernels {
  /** Written for wasm here. */
  readonly own: readonly string[];
  /** Run on the cpu backend. */
  readonly delegated: readonly string[];
}

const supplied = new WeakMap<Tf.KernelFunc, keyof SuppliedKernels>();

/**
 * Registers for wasm every kernel that the cpu backend has and wasm lacks, so that whatever trains on cpu trains on wasm
 * (in tfjs 4.22 the backward passes of convolutions and of embeddings are among them): two written for the purpose, the
 * others as delegates to the cpu kernel. The list comes from the registry: a newer tfjs that brings a kernel of its own
 * keeps it.
 * @returns what was supplied, also by an earlier call
 */
export function supplyMissingKernels(tf: typeof Tf): SuppliedKernels {
  const names: Record<keyof SuppliedKernels, string[]> = { own: [], delegated: [] };
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    const existing = findKernel(tf, kernelName, 'wasm');
    if (existing === undefined) {
      const write = ownKernels[kernelName];
      const kernelFunc = write === undefined ? delegateToCpu(tf, kernelName) : write(tf);
      supplied.set(kernelFunc, write === undefined ? 'delegated' : 'own');
      tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
    }
    const by = supplied.get(unrepaired((existing ?? tf.getKernel(kernelName, 'wasm')).kernelFunc));
    if (by !== undefined) {
      names[by].push(kernelName);
    }
  }
  return { own: names.own.sort(), delegated: names.delegated.sort() };
}
