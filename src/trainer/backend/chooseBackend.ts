import type * as Tf from '@tensorflow/tfjs';
import type { BackendChoice } from '../../core/run/record.ts';
import { AUTO_ORDER, type Candidate } from './autoOrder.ts';
import { BackendUnavailableError, type BackendDecision, type ModuleSource } from './decision.ts';
import type { LoadFailure } from './loadFailure.ts';
import { NATIVE_BACKEND, NATIVE_PACKAGE, useNativeBackend } from './nativeBackend.ts';
import { restoreRemovedUtilFunctions } from './nodeUtilRepair.ts';
import { useWasmBackend, WASM_PACKAGE, type WasmRepairs } from './wasm/wasmBackend.ts';

export { BackendUnavailableError, type BackendDecision, type ModuleSource } from './decision.ts';

/**
 * Sets the backend that the training script will find. Call it before the script is loaded: a script that calls
 * `tf.setBackend` itself keeps its own choice.
 *
 * @param asked `auto`: the first of autoOrder.ts that works: wasm (repaired and completed), else tfjs-node, else cpu; where it is
 *   wasm, NativeTakeover may have tfjs-node go on. `node`, `wasm`, `cpu`: that one. `asWritten`: nothing is loaded or set.
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
      // A script that imports tfjs-node calls them on every Node.
      restoreRemovedUtilFunctions();
      return { asked, name: null, reason: 'as the script chooses' };
    case 'node': {
      const native = useNativeBackend(tf, modules);
      if ('sentence' in native) {
        const command = native.absent ? `npm install ${NATIVE_PACKAGE}` : rebuild;
        throw unavailable('node', native, `'${command}' or ${setUp}`);
      }
      return { asked, name: NATIVE_BACKEND, reason: `tfjs-node, as asked: ${native.from}` };
    }
    case 'wasm': {
      const wasm = await useWasmBackend(tf, modules, fastKernels);
      if ('sentence' in wasm) {
        throw unavailable('wasm', wasm, `'npm install ${WASM_PACKAGE}@${tf.version.tfjs}'`);
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

/** The backend is in use, and this is why; or it is not, and `sentence` says why not. */
type Outcome = { readonly name: string; readonly what: string } | { readonly sentence: string };

async function automatic(tf: typeof Tf, modules: ModuleSource, fastKernels: boolean): Promise<BackendDecision> {
  const attempts: Record<Candidate, () => Promise<Outcome>> = {
    node: () => {
      const native = useNativeBackend(tf, modules);
      return Promise.resolve(
        'sentence' in native ? native : { name: NATIVE_BACKEND, what: `tfjs-node (${native.from})` },
      );
    },
    wasm: async () => {
      const wasm = hasKnownKernels(tf)
        ? await useWasmBackend(tf, modules, fastKernels)
        : {
            sentence: `the kernels that wasm needs for training are for tfjs 4, and the script's is ${tf.version_core}`,
          };
      return 'sentence' in wasm ? wasm : { name: 'wasm', what: `wasm, ${describeRepairs(wasm)}` };
    },
    cpu: async () => {
      await useCpu(tf);
      return { name: 'cpu', what: 'cpu' };
    },
  };
  const passed: string[] = [];
  for (const candidate of AUTO_ORDER) {
    const outcome = await attempts[candidate]();
    if (!('sentence' in outcome)) {
      const reason = passed.length === 0 ? outcome.what : `${outcome.what}: ${passed.join(', and ')}`;
      return { asked: 'auto', name: outcome.name, reason };
    }
    passed.push(outcome.sentence);
  }
  throw new BackendUnavailableError(`No backend can be used: ${passed.join(', and ')}.`);
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

/** What brings it where its own installation does not (docs/native.md). */
const setUp = "the command 'MTL: Set Up Native Backend'";

const rebuild = `npm rebuild ${NATIVE_PACKAGE}`;

function unavailable(name: 'node' | 'wasm', failure: LoadFailure, command: string): BackendUnavailableError {
  return new BackendUnavailableError(
    `The backend '${name}' cannot be used: ${failure.sentence}. ` +
      `Run ${command}, or choose the backend 'auto', which takes the fastest that works.`,
  );
}

function describeRepairs({ repairedProducts, corrected, fast, own, delegated }: WasmRepairs): string {
  const ours = fast.length > 0 ? `${fast.length} fast kernels, ` : '';
  const products = repairedProducts.length > 0 ? 'repaired' : 'stock';
  const supplied = `${own.length} added and ${delegated.length} delegated to cpu`;
  return `with ${ours}${products} matrix products, ${corrected.length} corrected kernels, ${supplied}`;
}
