import type * as Tf from '@tensorflow/tfjs';

/** What tfjs hands a kernel. */
export type KernelParams = Parameters<Tf.KernelFunc>[0];

/** Puts `kernelFunc` in the place of a kernel that is registered already, and keeps its set-up. */
export function replaceKernel(tf: typeof Tf, stock: Tf.KernelConfig, kernelFunc: Tf.KernelFunc): void {
  // tfjs warns on the console when a kernel is registered over another.
  tf.unregisterKernel(stock.kernelName, stock.backendName);
  tf.registerKernel({ ...stock, kernelFunc });
}

/** The registered kernel, if there is one: tfjs's own type leaves out that there may be none. */
export function findKernel(tf: typeof Tf, kernelName: string, backendName: string): Tf.KernelConfig | undefined {
  return tf.getKernel(kernelName, backendName);
}

/** The part of a tfjs backend that copying a tensor needs. */
export type TensorStore = Pick<Tf.KernelBackend, 'readSync' | 'write' | 'disposeData'>;
