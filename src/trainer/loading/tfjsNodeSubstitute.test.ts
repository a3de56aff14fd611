import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A project with tfjs, where the built substitute stands in the place of @tensorflow/tfjs-node. */
let project = '';

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'substitute-'));
  const packages = path.join(project, 'node_modules', '@tensorflow');
  await mkdir(path.join(packages, 'tfjs-node'), { recursive: true });
  await symlink(path.resolve('node_modules/@tensorflow/tfjs'), path.join(packages, 'tfjs'), 'junction');
  await writeFile(path.join(packages, 'tfjs-node', 'package.json'), '{ "main": "tfjs-node.cjs" }');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'tfjsNodeSubstitute.ts')],
    outfile: path.join(packages, 'tfjs-node', 'tfjs-node.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    external: ['@tensorflow/*'],
  });
});

afterAll(() => rm(project, { recursive: true, force: true }));

/** Runs a script of the project in a process of its own. Its last line is JSON. */
async function run(file: string, source: string): Promise<{ result: unknown; stderr: string }> {
  await writeFile(path.join(project, file), source);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { cwd: project });
  return { result: JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), stderr };
}

const trainSaveLoad = `
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 2, inputShape: [3], activation: 'relu' }));
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const x = tf.ones([4, 3]), y = tf.ones([4, 1]);
  await model.fit(x, y, { epochs: 2, verbose: 0 });
  const saved = await model.save('file://./models/first');
  const loaded = await tf.loadLayersModel('file://./models/first/model.json');
  const weights = (m) => m.getWeights().flatMap((w) => [...w.dataSync()]);
  console.log(JSON.stringify({
    before: weights(model),
    after: weights(loaded),
    sameOutput: tf.equal(model.predict(x), loaded.predict(x)).all().dataSync()[0] === 1,
    weightBytes: saved.modelArtifactsInfo.weightDataBytes,
    version: tf.version,
  }));`;

interface Trained {
  before: number[];
  after: number[];
  sameOutput: boolean;
  weightBytes: number;
  version: Record<string, string>;
}

describe('the substitute for @tensorflow/tfjs-node', () => {
  it.each([
    ['import.mjs', `import * as tf from '@tensorflow/tfjs-node';${trainSaveLoad}`],
    ['default.mjs', `import tf from '@tensorflow/tfjs-node';${trainSaveLoad}`],
    ['require.cjs', `const tf = require('@tensorflow/tfjs-node'); (async () => {${trainSaveLoad}})();`],
  ])('trains, saves and loads again in %s', async (file, source) => {
    const trained = (await run(file, source)).result as Trained;
    expect(trained.before).toHaveLength(3 * 2 + 2 + 2 + 1);
    expect(trained.after).toEqual(trained.before);
    expect(trained.sameOutput).toBe(true);
    expect(trained.weightBytes).toBe(4 * trained.before.length);
    expect(trained.version['tfjs-node']).toBe(trained.version['tfjs']);

    const folder = path.join(project, 'models', 'first');
    const bytes = await readFile(path.join(folder, 'weights.bin'));
    expect(Array.from(new Float32Array(new Uint8Array(bytes).buffer))).toEqual(trained.before);
    const document = JSON.parse(await readFile(path.join(folder, 'model.json'), 'utf8')) as Record<string, unknown>;
    expect(document).toMatchObject({ format: 'layers-model', weightsManifest: [{ paths: ['weights.bin'] }] });
  });

  it('gives named imports: every name of tfjs, the same things, and its own', async () => {
    const { result } = await run(
      'named.mjs',
      `import { sequential, layers, train, tensor, data, node, io, version, setBackend } from '@tensorflow/tfjs-node';
       import * as substitute from '@tensorflow/tfjs-node';
       import * as tf from '@tensorflow/tfjs';
       const own = ['default', 'module.exports', 'io', 'version', 'setBackend'];
       const names = Object.keys(tf).filter((name) => !own.includes(name));
       const used = [sequential, layers, train, tensor, data, node, io, version, setBackend];
       console.log(JSON.stringify({
         count: names.length,
         different: names.filter((name) => substitute[name] !== tf[name]),
         missing: used.filter((x) => x === undefined).length,
         ioMissing: Object.keys(tf.io).filter((name) => io[name] !== tf.io[name]),
         fileSystem: typeof io.fileSystem,
       }));`,
    );
    expect(result).toMatchObject({ different: [], missing: 0, ioMissing: [], fileSystem: 'function' });
    expect((result as { count: number }).count).toBeGreaterThan(300);
  });

  it('reads a model in several weight files, and one that tf.io.fileSystem names', async () => {
    const folder = path.join(project, 'models', 'shards');
    await mkdir(folder, { recursive: true });
    const floats = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer);
    await writeFile(path.join(folder, 'a.bin'), floats(2));
    await writeFile(path.join(folder, 'b.bin'), floats(3));
    await writeFile(path.join(folder, 'c.bin'), floats(10));
    const dense = { name: 'd', units: 1, batch_input_shape: [null, 2], activation: 'linear', use_bias: true };
    await writeFile(
      path.join(folder, 'model.json'),
      JSON.stringify({
        modelTopology: {
          class_name: 'Sequential',
          config: { name: 's', layers: [{ class_name: 'Dense', config: dense }] },
        },
        weightsManifest: [
          { paths: ['a.bin', 'b.bin'], weights: [{ name: 'd/kernel', shape: [2, 1], dtype: 'float32' }] },
          { paths: ['c.bin'], weights: [{ name: 'd/bias', shape: [1], dtype: 'float32' }] },
        ],
      }),
    );
    const { result } = await run(
      'shards.mjs',
      `import * as tf from '@tensorflow/tfjs-node';
       const one = await tf.loadLayersModel('file://models/shards/model.json');
       const two = await tf.loadLayersModel(tf.io.fileSystem('models/shards/model.json'));
       console.log(JSON.stringify([one, two].map((model) => model.predict(tf.tensor2d([[2, 3]])).dataSync()[0])));`,
    );
    // 2 · 2 + 3 · 3 + 10
    expect(result).toEqual([23, 23]);
  });

  it('says what is wrong with an address, and what to give', async () => {
    await mkdir(path.join(project, 'models', 'empty'), { recursive: true });
    await mkdir(path.join(project, 'models', 'lost'), { recursive: true });
    await writeFile(path.join(project, 'models', 'broken.json'), '{ "modelTopology": ');
    await writeFile(
      path.join(project, 'models', 'lost', 'model.json'),
      JSON.stringify({ modelTopology: {}, weightsManifest: [{ paths: ['gone.bin'], weights: [] }] }),
    );
    const { result } = await run(
      'addresses.mjs',
      `import * as tf from '@tensorflow/tfjs-node';
       const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
       const message = (promise) => promise.then(() => 'nothing', (error) => error.message);
       console.log(JSON.stringify([
         await message(tf.loadLayersModel('file://models/none/model.json')),
         await message(tf.loadLayersModel('file://models/empty')),
         await message(tf.loadLayersModel('file://models/broken.json')),
         await message(tf.loadLayersModel('file://models/lost/model.json')),
         await message(model.save('file://models/broken.json')),
         await message(model.save('nowhere://x')),
       ]));`,
    );
    expect(result).toEqual([
      expect.stringMatching(/^Cannot load the model .*none.model\.json: there is no such file\.$/),
      expect.stringMatching(/^Cannot load the model .*empty: that is a folder\. Give the model\.json in it\.$/),
      expect.stringMatching(/^Cannot load the model .*broken\.json: it is not JSON/),
      expect.stringMatching(/^Cannot load the model .*: its weights file .*gone\.bin is missing\.$/),
      expect.stringMatching(/^Cannot save a model to .*broken\.json: that is a file\. Give a folder\.$/),
      expect.stringContaining('nowhere://x'),
    ]);
  });

  it('refuses what only the native library can do, and names it', async () => {
    const { result } = await run(
      'native.mjs',
      `import * as tf from '@tensorflow/tfjs-node';
       const messages = ['decodeJpeg', 'loadSavedModel'].map((member) => {
         try { return tf.node[member](new Uint8Array()); } catch (error) { return error.message; }
       });
       console.log(JSON.stringify(messages));`,
    );
    expect(result).toEqual([
      expect.stringMatching(/^tf\.node\.decodeJpeg needs the native backend of @tensorflow\/tfjs-node/),
      expect.stringMatching(/^tf\.node\.loadSavedModel needs the native backend of @tensorflow\/tfjs-node/),
    ]);
  });

  it('trains on where the script wants TensorBoard logs, and says once that there are none', async () => {
    const { result, stderr } = await run(
      'tensorboard.mjs',
      `import * as tf from '@tensorflow/tfjs-node';
       const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
       model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
       const callbacks = [tf.node.tensorBoard('logs'), tf.node.tensorBoard('logs2')];
       const history = await model.fit(tf.ones([4, 1]), tf.ones([4, 1]), { epochs: 3, verbose: 0, callbacks });
       const writer = tf.node.summaryFileWriter('logs');
       writer.scalar('loss', 1, 0);
       writer.flush();
       console.log(JSON.stringify(history.history.loss.length));`,
    );
    expect(result).toBe(3);
    expect(stderr.match(/tf\.node\.tensorBoard writes no logs/g)).toHaveLength(1);
    expect(stderr.match(/tf\.node\.summaryFileWriter writes no logs/g)).toHaveLength(1);
  });

  it('lets a script that asks for the native backend go on with the one that runs', async () => {
    const { result } = await run(
      'setBackend.cjs',
      `const tf = require('@tensorflow/tfjs-node');
       tf.setBackend('tensorflow').then(async (isSet) => {
         const first = tf.getBackend();
         const other = await tf.setBackend('cpu');
         const unknown = await tf.setBackend('abacus').catch((error) => error.message);
         console.log(JSON.stringify([isSet, first, other, unknown]));
       });`,
    );
    expect(result).toEqual([true, 'cpu', true, expect.stringContaining("'abacus' not found")]);
  });
});
