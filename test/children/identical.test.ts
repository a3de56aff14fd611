import { afterEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { symlinkSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { runNode, scriptFolder, trainInChild } from './trainInChild.ts';

const require = createRequire(import.meta.url);
let folder: ReturnType<typeof scriptFolder> | null = null;
afterEach(() => folder?.dispose());

/** Trains 60 steps with dropout and BatchNorm from a Math.random of its own, and prints every weight's bits. */
const script = `
import * as tf from '@tensorflow/tfjs';
import { createHash } from 'node:crypto';

let state = 12345;
Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647;

BACKEND
const input = tf.input({ shape: [6] });
let h = tf.layers.dense({ units: 12, activation: 'relu' }).apply(input);
h = tf.layers.batchNormalization().apply(h);
h = tf.layers.dropout({ rate: 0.3 }).apply(h);
const outputs = ['click', 'dwell'].map((name) => tf.layers.dense({ units: 1, name }).apply(h));
const model = tf.model({ inputs: input, outputs });
model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
const [x, a, b] = [[48, 6], [48, 1], [48, 1]].map((shape) => tf.randomNormal(shape));
await model.fit(x, [a, b], { epochs: 10, batchSize: 8, verbose: 0 });
const digest = createHash('sha256');
for (const weight of model.getWeights()) {
  digest.update(Buffer.from(weight.dataSync().buffer.slice(0)));
}
console.log('weights', tf.getBackend(), digest.digest('hex'));
`;

function prepared(backend: 'cpu' | 'wasm') {
  const setUp =
    backend === 'cpu'
      ? "await tf.setBackend('cpu');"
      : "await import('@tensorflow/tfjs-backend-wasm');\nawait tf.setBackend('wasm');";
  folder = scriptFolder({ 'train.mjs': script.replace('BACKEND', setUp), 'package.json': '{}' });
  // A project with a tfjs of its own, so that plain Node can run the script too.
  mkdirSync(join(folder.path, 'node_modules'));
  const scope = dirname(dirname(require.resolve('@tensorflow/tfjs/package.json')));
  symlinkSync(scope, join(folder.path, 'node_modules', '@tensorflow'));
  return folder.path;
}

const weightsLine = (output: string): string | undefined => /weights \w+ [0-9a-f]{64}/.exec(output)?.[0];

describe.each(['cpu', 'wasm'] as const)('as written on %s', (backend) => {
  it('the weights are those of plain node FILE to the bit, at every interval of observation', async () => {
    const path = prepared(backend);
    const plain = await runNode(['train.mjs'], path);
    expect(plain.status, plain.stderr).toBe(0);
    expect(weightsLine(plain.stdout)).toMatch(`weights ${backend}`);
    for (const every of ['1', '7']) {
      const { report, stderr } = await trainInChild(path, 'train.mjs', ['--backend', 'asWritten', '--every', every]);
      expect(report.run.steps).toBe(60);
      expect(weightsLine(stderr), `every ${every}`).toBe(weightsLine(plain.stdout));
    }
  });
});
