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
}

/**
 * Loads tfjs-node and makes it the backend of `tf`: the project's own, else the one that was set up for this user.
 * @returns where it is from, or why there is none; a backend that failed is not left registered
 */
export async function useNativeBackend(tf: typeof Tf, modules: ModuleSource): Promise<NativeUse | LoadFailure> {
  restoreRemovedUtilFunctions();
  const installed = await use(tf, () => modules.load(NATIVE_PACKAGE));
  if (installed === null) {
    return { from: `${NATIVE_PACKAGE} is installed and loads` };
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
  const setUp = await use(tf, loadSetUp);
  if (setUp === null) {
    return { from: `the one that was set up for you, because ${failure.sentence}` };
  }
  const why = describeLoadFailure('the one that was set up', setUp.error).sentence.replace('is installed but ', '');
  return { ...failure, sentence: `${failure.sentence}, and ${why}` };
}

/** @returns null when the backend works, else why not */
async function use(tf: typeof Tf, load: () => unknown): Promise<{ readonly error: unknown } | null> {
  const loud = quietLibrary();
  try {
    load();
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
    return { error };
  } finally {
    loud();
  }
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
