import type * as Tf from '@tensorflow/tfjs';
import type { ModuleSource } from '../decision.ts';
import { describeLoadFailure, type LoadFailure } from '../loadFailure.ts';
import { readComplexTensors, sendComplexOperandsToCpu } from './complexTensors.ts';
import { speedUpKernels } from './fast/fastKernels.ts';
import { workbenchOf } from './fast/workbench.ts';
import { repairMatrixProducts } from './matrixProducts.ts';
import { supplyMissingKernels, type SuppliedKernels } from './missingKernels.ts';
import { removeEmscriptenListeners } from './processListeners.ts';
import { repairWrongKernels } from './wrongKernels.ts';

export const WASM_PACKAGE = '@tensorflow/tfjs-backend-wasm';

/** What was put right in the wasm backend, as kernel names. */
export interface WasmRepairs extends SuppliedKernels {
  /** The stock kernel is right, and slow. */
  readonly repairedProducts: readonly string[];
  /** The stock kernel computes something else than cpu does. */
  readonly corrected: readonly string[];
  /** Replaced once more, by WebAssembly of our own; none where that is switched off or cannot run here. */
  readonly fast: readonly string[];
}

/**
 * Loads the wasm backend, makes it the backend of `tf`, supplies the kernels that it lacks for training, corrects those
 * that are wrong, and makes those fast that training spends its time in.
 * @param fastKernels whether our own WebAssembly kernels take part; without them the same trains, slower
 * @returns what was put right, or why wasm cannot be used
 */
export async function useWasmBackend(
  tf: typeof Tf,
  modules: ModuleSource,
  fastKernels = true,
): Promise<WasmRepairs | LoadFailure> {
  try {
    requireSameMajor(tf, modules.load(WASM_PACKAGE));
    const repairedProducts = repairMatrixProducts(tf);
    const supplied = supplyMissingKernels(tf);
    const corrected = repairWrongKernels(tf);
    const replaced = fastKernels ? speedUpKernels(tf) : [];
    sendComplexOperandsToCpu(tf);
    if (!(await removeEmscriptenListeners(() => tf.setBackend('wasm')))) {
      throw new Error('its WebAssembly module did not start; tfjs printed why above');
    }
    readComplexTensors(tf.backend());
    const fast = workbenchOf(tf.backend()) === null ? [] : replaced;
    const own = [...supplied.own, ...supplied.delegated.filter((name) => fast.includes(name))].sort();
    const delegated = supplied.delegated.filter((name) => !fast.includes(name));
    return { repairedProducts, corrected, fast, own, delegated };
  } catch (error) {
    return describeLoadFailure(WASM_PACKAGE, error);
  }
}

/** Kernels are called with the attributes that tfjs-core of the same major version knows. */
function requireSameMajor(tf: typeof Tf, loaded: unknown): void {
  const version =
    typeof loaded === 'object' && loaded !== null && 'version_wasm' in loaded ? String(loaded.version_wasm) : '';
  if (version !== '' && major(version) !== major(tf.version_core)) {
    throw new Error(`it is version ${version}, and the script's tfjs is ${tf.version_core}`);
  }
}

function major(version: string): string {
  return version.split('.', 1)[0] ?? version;
}
