// What watching costs: one script in real trainer processes, watched within a budget and at every step, against the same with
// losses alone. Runs take turns; each tells its own time per step after a warm-up; the figure is the ratio of the medians.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../scripts/setup.mjs';
import { atMost, median } from './shared/figures.mjs';

const [WARM_UP, STEPS, ROUNDS] = [40, 200, 3];

/** 64 -> 3 x 256 -> one tower of 64 -> 1 per task, batch 256, Adam. */
const script = (tasks) => `import * as tf from '@tensorflow/tfjs';
const input = tf.input({ shape: [64] });
const dense = (units, x, activation = 'relu') => tf.layers.dense({ units, activation }).apply(x);
const trunk = dense(256, dense(256, dense(256, input)));
const outputs = Array.from({ length: ${tasks} }, () => dense(1, dense(64, trunk), 'linear'));
const model = tf.model({ inputs: input, outputs });
model.compile({ optimizer: tf.train.adam(1e-3), loss: outputs.map(() => 'meanSquaredError') });
const x = tf.randomNormal([1024, 64]);
const y = outputs.map(() => tf.randomNormal([1024, 1]));
const fit = (steps) => model.fit(x, y, { batchSize: 256, epochs: steps / 4, shuffle: false, verbose: 0, yieldEvery: 'never' });
await fit(${WARM_UP});
const start = performance.now();
await fit(${STEPS});
console.log('per step', (performance.now() - start) / ${STEPS});
process.exit(0);
`;

const ways = {
  'losses alone': { every: 0 },
  'a budget of 5 %': { every: null, budget: 0.05 },
  'a budget of 1 %': { every: null, budget: 0.01 },
  'every step': { every: 1 },
};

/** `startTraining`, as every host uses it. */
async function loadLaunch(folder) {
  const outfile = join(folder, 'launch.mjs');
  const entryPoints = [join(root, 'src', 'launch', 'startTraining.ts')];
  await build({ bundle: true, platform: 'node', format: 'esm', entryPoints, outfile });
  return (await import(pathToFileURL(outfile).href)).startTraining;
}

export async function measure({ say }) {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-bench-observation-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{}');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const startTraining = await loadLaunch(folder);
    const preload = join(root, 'dist', 'trainer', 'preload.mjs');
    const figures = [];
    for (const tasks of [2, 4, 8]) {
      const entry = join(folder, `train${tasks}.mjs`);
      writeFileSync(entry, script(tasks));
      const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
      for (let round = 0; round < ROUNDS; round++) {
        for (const [way, options] of Object.entries(ways)) {
          const training = startTraining({ entry, args: [], seed: 1, backend: 'wasm', stdio: 'pipe', preload, ...options });
          let said = '';
          training.stdout.on('data', (chunk) => (said += chunk));
          await training.done;
          times[way].push(Number(/per step (\S+)/.exec(said)?.[1] ?? NaN));
        }
      }
      const plain = median(times['losses alone']);
      say(`T = ${tasks}: ${plain.toFixed(1)} ms a step with losses alone`);
      const ratio = (way) => median(times[way]) / plain;
      figures.push(atMost(1.05, `budget 5 %, T = ${tasks}, over losses alone`, ratio('a budget of 5 %')));
      figures.push(atMost(1.02, `budget 1 %, T = ${tasks}, over losses alone`, ratio('a budget of 1 %')));
      say(`T = ${tasks}: every step observed takes ${ratio('every step').toFixed(2)} times as long`);
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
