import * as tf from '@tensorflow/tfjs';

/** The members of `tf.node` whose result the script goes on with: without the native library there is none. */
const withoutSubstitute = [
  'decodeBmp',
  'decodeGif',
  'decodeImage',
  'decodeJpeg',
  'decodePng',
  'encodeJpeg',
  'encodePng',
  'getMetaGraphsFromSavedModel',
  'getNumOfSavedModels',
  'loadSavedModel',
] as const;

type Refusals = Record<(typeof withoutSubstitute)[number], () => never>;

/**
 * `tf.node` without the native library. What computes something throws; what only writes TensorBoard logs says once
 * that it writes none, since training does not depend on it.
 */
export const node = {
  ...(Object.fromEntries(withoutSubstitute.map((member) => [member, () => refuse(member)])) as Refusals),
  tensorBoard(): tf.CustomCallback {
    warnOnce('tensorBoard');
    return new tf.CustomCallback({});
  },
  summaryFileWriter(): Record<'scalar' | 'histogram' | 'flush', () => void> {
    warnOnce('summaryFileWriter');
    return { scalar: nothing, histogram: nothing, flush: nothing };
  },
};

const remedy =
  "Install it so that it loads ('npm install @tensorflow/tfjs-node', or 'npm rebuild' where it is installed)";

function refuse(member: string): never {
  throw new Error(
    `tf.node.${member} needs the native backend of @tensorflow/tfjs-node, which is missing or does not load here. ` +
      `${remedy}, or do this step with a JavaScript package.`,
  );
}

const warned = new Set<string>();

function warnOnce(member: string): void {
  if (!warned.has(member)) {
    warned.add(member);
    console.warn(
      `tf.node.${member} writes no logs: it needs the native backend of @tensorflow/tfjs-node, ` +
        `which is missing or does not load here. ${remedy}.`,
    );
  }
}

function nothing(): void {
  // Nothing is written: see warnOnce.
}
