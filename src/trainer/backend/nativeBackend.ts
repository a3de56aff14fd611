import type * as Tf from '@tensorflow/tfjs';
import type { ModuleSource } from './decision.ts';
import { describeLoadFailure, type LoadFailure } from './loadFailure.ts';
import { restoreRemovedUtilFunctions } from './nodeUtilRepair.ts';

export const NATIVE_PACKAGE = '@tensorflow/tfjs-node';

/** The name under which tfjs-node registers itself with tfjs. */
export const NATIVE_BACKEND = 'tensorflow';

/**
 * Loads tfjs-node and makes it the backend of `tf`.
 * @returns null when it works, else why it does not; a backend that failed is not left registered
 */
export async function useNativeBackend(tf: typeof Tf, modules: ModuleSource): Promise<LoadFailure | null> {
  restoreRemovedUtilFunctions();
  try {
    modules.load(NATIVE_PACKAGE);
    if (!(await tf.setBackend(NATIVE_BACKEND))) {
      throw new Error(`tfjs could not start its '${NATIVE_BACKEND}' backend`);
    }
    // A library built for another processor loads, and fails on the first product.
    tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync());
    return null;
  } catch (error) {
    if (tf.engine().backendNames().includes(NATIVE_BACKEND)) {
      tf.removeBackend(NATIVE_BACKEND);
    }
    return describeLoadFailure(NATIVE_PACKAGE, error);
  }
}
