import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';

const scheme = 'file://';
const topologyFile = 'model.json';
const weightsFile = 'weights.bin';

type Router = Parameters<typeof tf.io.registerSaveRouter>[0];

/** Takes `file://` addresses, absolute or relative to the working directory, and leaves all others to tfjs. */
export const fileRouter = ((url: string | string[]): tf.io.IOHandler | null => {
  const urls = Array.isArray(url) ? url : [url];
  return urls.every((one) => one.startsWith(scheme)) ? fileSystem(urls.map((one) => one.slice(scheme.length))) : null;
}) as Router;

/**
 * Models on disk, in the files that tfjs-node writes: a folder with `model.json` and `weights.bin`.
 * @param location to save: the folder, which is made where needed; to load: the path of the `model.json`
 */
export function fileSystem(location: string | string[]): tf.io.IOHandler {
  const [given = '', ...others] = Array.isArray(location) ? location : [location];
  if (others.length > 0) {
    throw new Error(
      'A model in two files (a binary graph and its manifest) is not supported without @tensorflow/tfjs-node. ' +
        'Convert it to a model.json with the tensorflowjs converter.',
    );
  }
  const target = path.resolve(given);
  return { save: (artifacts) => save(target, artifacts), load: () => load(target) };
}

async function save(folder: string, artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> {
  if (artifacts.modelTopology instanceof ArrayBuffer) {
    throw new Error(`Cannot save to ${folder}: a model with a binary graph cannot be written as model.json.`);
  }
  const existing = await stat(folder).catch(ifMissing(null));
  if (existing?.isFile() === true) {
    throw new Error(`Cannot save a model to ${folder}: that is a file. Give a folder.`);
  }
  await mkdir(folder, { recursive: true });
  const { modelTopology, weightSpecs = [], weightData, format, generatedBy, convertedBy } = artifacts;
  const { trainingConfig, signature, userDefinedMetadata } = artifacts;
  const document = {
    modelTopology,
    weightsManifest: [{ paths: [weightsFile], weights: weightSpecs }],
    format,
    generatedBy,
    convertedBy,
    // JSON leaves out what is undefined.
    trainingConfig,
    signature,
    userDefinedMetadata,
  };
  // The weights first: a model.json that is there can be loaded, also after a crash in between.
  await writeFile(path.join(folder, weightsFile), Buffer.from(joined(weightData)));
  await writeFile(path.join(folder, topologyFile), JSON.stringify(document));
  return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
}

async function load(file: string): Promise<tf.io.ModelArtifacts> {
  const found = await stat(file).catch(ifMissing(null));
  if (found === null) {
    throw new Error(`Cannot load the model ${file}: there is no such file.`);
  }
  if (!found.isFile()) {
    throw new Error(`Cannot load the model ${file}: that is a folder. Give the ${topologyFile} in it.`);
  }
  const document = parse(await readFile(file, 'utf8'), file);
  return tf.io.getModelArtifactsForJSON(document, async (manifest) => {
    const shards = manifest.flatMap(({ paths }) => paths).map((shard) => path.join(path.dirname(file), shard));
    const buffers = await Promise.all(shards.map((shard) => readShard(shard, file)));
    const whole = Buffer.concat(buffers);
    const data = whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength);
    return [manifest.flatMap(({ weights }) => weights), data];
  });
}

function parse(text: string, file: string): tf.io.ModelJSON {
  try {
    return JSON.parse(text) as tf.io.ModelJSON;
  } catch (error) {
    throw new Error(`Cannot load the model ${file}: it is not JSON (${String(error)}).`, { cause: error });
  }
}

async function readShard(shard: string, file: string): Promise<Buffer> {
  const bytes = await readFile(shard).catch(ifMissing(null));
  if (bytes === null) {
    throw new Error(`Cannot load the model ${file}: its weights file ${shard} is missing.`);
  }
  return bytes;
}

function joined(weightData: tf.io.WeightData | undefined): ArrayBuffer {
  if (weightData === undefined) {
    return new ArrayBuffer(0);
  }
  // An older tfjs knows one buffer only, and has nothing to join several with.
  return weightData instanceof ArrayBuffer ? weightData : tf.io.CompositeArrayBuffer.join(weightData);
}

/** A `catch` that turns "no such file" into `value` and lets every other error through. */
function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return value;
    }
    throw error;
  };
}
