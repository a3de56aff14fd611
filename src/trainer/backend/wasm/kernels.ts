import type * as Tf from '@tensorflow/tfjs';

/** What tfjs hands a kernel. */
export type KernelParams = Parameters<Tf.KernelFunc>[0];

/** The part of a tfjs backend that copying a tensor needs. */
export type TensorStore = Pick<Tf.KernelBackend, 'readSync' | 'write' | 'disposeData'>;

/** The registered kernel, if there is one: tfjs's own type leaves out that there may be none. */
export function findKernel(tf: typeof Tf, kernelName: string, backendName: string): Tf.KernelConfig | undefined {
  return tf.getKernel(kernelName, backendName);
}

const replacedBy = new WeakMap<Tf.KernelFunc, Tf.KernelFunc>();

/** The function that was registered before any repair. */
export function unrepaired(kernelFunc: Tf.KernelFunc): Tf.KernelFunc {
  let original = kernelFunc;
  for (let below = replacedBy.get(original); below !== undefined; below = replacedBy.get(original)) {
    original = below;
  }
  return original;
}

const repairsOf = new WeakMap<Tf.KernelFunc, readonly string[]>();

/**
 * Puts another function in the place of a wasm kernel and keeps the kernel's set-up. Repairs of different names stack up;
 * the same one is done once.
 * @returns whether wasm has that kernel
 */
export function repairKernel(
  tf: typeof Tf,
  kernelName: string,
  repair: string,
  repaired: (stock: Tf.KernelFunc) => Tf.KernelFunc,
): boolean {
  const stock = findKernel(tf, kernelName, 'wasm');
  if (stock === undefined) {
    return false;
  }
  const earlier = repairsOf.get(stock.kernelFunc) ?? [];
  if (!earlier.includes(repair)) {
    const kernelFunc = repaired(stock.kernelFunc);
    repairsOf.set(kernelFunc, [...earlier, repair]);
    replacedBy.set(kernelFunc, stock.kernelFunc);
    // tfjs warns on the console when a kernel is registered over another.
    tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ ...stock, kernelFunc });
  }
  return true;
}
