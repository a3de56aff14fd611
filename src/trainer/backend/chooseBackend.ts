import type * as Tf from '@tensorflow/tfjs';
import type { BackendChoice } from '../../core/run/record.ts';
import { BackendUnavailableError, type BackendDecision, type ModuleSource } from './decision.ts';
import type { LoadFailure } from './loadFailure.ts';
import { NATIVE_BACKEND, NATIVE_PACKAGE, useNativeBackend } from './nativeBackend.ts';
import { useWasmBackend, WASM_PACKAGE, type WasmRepairs } from './wasm/wasmBackend.ts';

export { BackendUnavailableError, type BackendDecision, type ModuleSource } from './decision.ts';

/**
 * Sets the backend that the training script will find. Call it before the script is loaded: a script that calls
 * `tf.setBackend` itself keeps its own choice.
 *
 * @param asked `auto`: tfjs-node when it loads, else wasm (repaired and completed), else cpu. `node`, `wasm`, `cpu`:
 *   that one. `asWritten`: nothing is loaded, set or changed.
 * @param tf the script's own copy of tfjs
 * @param modules where the backend's package is loaded from
 * @param fastKernels whether wasm gets our own fast kernels; without them it trains as well, slower
 * @returns the backend and why it was taken
 * @throws {BackendUnavailableError} when `node`, `wasm` or `cpu` was asked for and cannot be used
 */
export async function chooseBackend(
  asked: BackendChoice,
  tf: typeof Tf,
  modules: ModuleSource,
  fastKernels = true,
): Promise<BackendDecision> {
  switch (asked) {
    case 'asWritten':
      return { asked, name: null, reason: 'as the script chooses' };
    case 'node': {
      const failure = await useNativeBackend(tf, modules);
      if (failure !== null) {
        throw unavailable('node', failure, failure.absent ? `npm install ${NATIVE_PACKAGE}` : rebuild);
      }
      return { asked, name: NATIVE_BACKEND, reason: 'tfjs-node, as asked' };
    }
    case 'wasm': {
      const wasm = await useWasmBackend(tf, modules, fastKernels);
      if ('sentence' in wasm) {
        throw unavailable('wasm', wasm, `npm install ${WASM_PACKAGE}@${tf.version.tfjs}`);
      }
      return { asked, name: 'wasm', reason: `wasm, as asked, ${describeRepairs(wasm)}` };
    }
    case 'cpu':
      await useCpu(tf);
      return { asked, name: 'cpu', reason: 'cpu, as asked' };
    case 'auto':
      return automatic(tf, modules, fastKernels);
  }
}

async function automatic(tf: typeof Tf, modules: ModuleSource, fastKernels: boolean): Promise<BackendDecision> {
  const native = await useNativeBackend(tf, modules);
  if (native === null) {
    return { asked: 'auto', name: NATIVE_BACKEND, reason: `tfjs-node: ${NATIVE_PACKAGE} is installed and loads` };
  }
  const wasm = hasKnownKernels(tf)
    ? await useWasmBackend(tf, modules, fastKernels)
    : { sentence: `the kernels that wasm needs for training are for tfjs 4, and the script's is ${tf.version_core}` };
  if (!('sentence' in wasm)) {
    return { asked: 'auto', name: 'wasm', reason: `wasm, ${describeRepairs(wasm)}: ${native.sentence}` };
  }
  await useCpu(tf);
  return { asked: 'auto', name: 'cpu', reason: `cpu: ${native.sentence}, and ${wasm.sentence}` };
}

/** Another major version may call kernels in another way: nobody asked for ours there. */
function hasKnownKernels(tf: typeof Tf): boolean {
  return tf.version_core.startsWith('4.');
}

async function useCpu(tf: typeof Tf): Promise<void> {
  if (!tf.engine().backendNames().includes('cpu') || !(await tf.setBackend('cpu'))) {
    throw new BackendUnavailableError(
      "The backend 'cpu' cannot be used: this copy of tfjs does not carry it. " +
        "Install @tensorflow/tfjs (it contains the cpu backend), or choose 'asWritten'.",
    );
  }
}

const rebuild = `npm rebuild ${NATIVE_PACKAGE}`;

function unavailable(name: 'node' | 'wasm', failure: LoadFailure, command: string): BackendUnavailableError {
  return new BackendUnavailableError(
    `The backend '${name}' cannot be used: ${failure.sentence}. ` +
      `Run '${command}', or choose the backend 'auto', which takes the fastest that works.`,
  );
}

function describeRepairs({ repairedProducts, corrected, fast, own, delegated }: WasmRepairs): string {
  const ours = fast.length > 0 ? `${fast.length} fast kernels, ` : '';
  const products = repairedProducts.length > 0 ? 'repaired' : 'stock';
  const supplied = `${own.length} added and ${delegated.length} delegated to cpu`;
  return `with ${ours}${products} matrix products, ${corrected.length} corrected kernels, ${supplied}`;
}
