/**
 * What a script gets for `@tensorflow/tfjs-node` and `-gpu` where the real package is missing or does not load: all of
 * `@tensorflow/tfjs`, models on disk, and clear errors for what only the native library can do. Built to one CommonJS
 * file, so that `import` and `require` both get it.
 *
 * The one place in the trainer that imports tfjs for its values: the loader resolves it from the script, so that
 * model and instrumentation share one engine.
 */
import * as tf from '@tensorflow/tfjs';
import { fileRouter, fileSystem } from './tfjsNode/modelFiles.ts';

// Node reads the names for `import { x } from` off the built text; a star re-export is a form it knows.
export * from '@tensorflow/tfjs';
export { node } from './tfjsNode/nativeOnly.ts';

export const io = { ...tf.io, fileSystem, nodeHTTPRequest };

export const version = { ...tf.version, 'tfjs-node': tf.version.tfjs };

/**
 * `tf.setBackend`, except that the native backend, which is not there, stands for the one that is running: a script
 * written for tfjs-node that says so keeps working.
 */
export function setBackend(backendName: string): Promise<boolean> {
  const isMissing = backendName === 'tensorflow' && !tf.engine().backendNames().includes(backendName);
  return isMissing ? tf.ready().then(() => true) : tf.setBackend(backendName);
}

function nodeHTTPRequest(path: string, requestInit: RequestInit = {}, weightPathPrefix = ''): tf.io.IOHandler {
  return tf.io.http(path, weightPathPrefix === '' ? { requestInit } : { requestInit, weightPathPrefix });
}

tf.io.registerSaveRouter(fileRouter);
tf.io.registerLoadRouter(fileRouter);
