import { reasonIn, runTool } from '../runTool.ts';
import { failure } from '../setUpError.ts';

const TIME_LIMIT = 120_000;

/** Loads tfjs-node as the trainer does (with what Node 23 took out of `util`), and multiplies. */
const script = `
const util = require('util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require(process.argv[1]);
const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])).dataSync();
if (tf.getBackend() !== 'tensorflow' || String([...product]) !== '19,22,43,50') {
  throw new Error('a product on ' + tf.getBackend() + ' gave ' + [...product]);
}
`;

/**
 * Tries a package of tfjs-node in a process of its own: a library that does not fit this processor would end this one.
 * @param packageFolder where its package.json lies
 * @throws {SetUpError} that says why it does not work
 */
export async function tryNative(packageFolder: string, cwd: string, signal: AbortSignal): Promise<void> {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const { status, output } = await runTool(process.execPath, ['-e', script, packageFolder], {
    cwd,
    signal,
    env,
    timeout: TIME_LIMIT,
  });
  if (typeof status === 'string') {
    throw failure("TensorFlow's library does not run on this machine: it ended with {0}.", status);
  }
  if (status !== 0) {
    throw failure('The native backend was built, and does not work: {0}', reasonIn(output));
  }
}
