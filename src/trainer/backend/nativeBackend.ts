import type * as Tf from '@tensorflow/tfjs';
import type { ModuleSource } from './decision.ts';
import { describeLoadFailure, type LoadFailure } from './loadFailure.ts';
import { restoreRemovedUtilFunctions } from './nodeUtilRepair.ts';

export const NATIVE_PACKAGE = '@tensorflow/tfjs-node';

/** The name under which tfjs-node registers itself with tfjs. */
export const NATIVE_BACKEND = 'tensorflow';

/** The native backend trains, and where it is from. */
export interface NativeUse {
  /** One sentence for people, as the end of "tfjs-node: …". */
  readonly from: string;
  /** What `require` of it gives. */
  readonly module: unknown;
}

/**
 * Loads tfjs-node and makes it the backend of `tf`, at once: the project's own, else the one that was set up for this user.
 * @returns where it is from, or why there is none; a backend that failed is not left registered
 */
export function useNativeBackend(tf: typeof Tf, modules: ModuleSource): NativeUse | LoadFailure {
  restoreRemovedUtilFunctions();
  const installed = use(tf, () => modules.load(NATIVE_PACKAGE));
  if ('module' in installed) {
    return { ...installed, from: `${NATIVE_PACKAGE} is installed and loads` };
  }
  const failure = describeLoadFailure(NATIVE_PACKAGE, installed.error);
  const { loadSetUp } = modules;
  if (loadSetUp === undefined) {
    return failure;
  }
  if (!tf.version_core.startsWith('4.')) {
    // It is tfjs-node 4, and may call another tfjs in a way that it does not know.
    return { ...failure, sentence: `${failure.sentence}, and the one that was set up is for tfjs 4` };
  }
  const setUp = use(tf, loadSetUp);
  if ('module' in setUp) {
    return { ...setUp, from: `the one that was set up for you, because ${failure.sentence}` };
  }
  const why = describeLoadFailure('the one that was set up', setUp.error).sentence.replace('is installed but ', '');
  return { ...failure, sentence: `${failure.sentence}, and ${why}` };
}

/** @returns what was loaded, when the backend works, else why not */
function use(tf: typeof Tf, load: () => unknown): { readonly module: unknown } | { readonly error: unknown } {
  const loud = quietLibrary();
  try {
    const module = load();
    if (!tf.engine().backendNames().includes(NATIVE_BACKEND) || !starts(tf)) {
      throw new Error(`tfjs could not start its '${NATIVE_BACKEND}' backend`);
    }
    // A library built for another processor loads, and fails on the first product.
    tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync());
    return { module };
  } catch (error) {
    if (tf.engine().backendNames().includes(NATIVE_BACKEND)) {
      tf.removeBackend(NATIVE_BACKEND);
    }
    return { error };
  } finally {
    loud();
  }
}

/** The backend is made without waiting, so it is in force when `setBackend` returns; its promise only says so later. */
function starts(tf: typeof Tf): boolean {
  void tf.setBackend(NATIVE_BACKEND);
  // What did not start is not found; the types do not say so.
  const started: unknown = tf.findBackend(NATIVE_BACKEND);
  return tf.getBackend() === NATIVE_BACKEND && typeof started === 'object' && started !== null;
}

/**
 * TensorFlow greets with some lines about the processor, on a script's standard error. The library reads the variable once, when
 * it first has something to say; the script and what it starts are not to find it.
 */
function quietLibrary(): () => void {
  const name = 'TF_CPP_MIN_LOG_LEVEL';
  if (process.env[name] !== undefined) {
    return () => undefined;
  }
  process.env[name] = '2';
  return () => {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- an environment has no other way to take one away
    delete process.env[name];
  };
}
