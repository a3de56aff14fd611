// What watching costs a person: one script, `fit` on the reference model, in a real trainer process with its record, against the
// same script in a process that has the same backend and nothing of the debugger else. Runs take turns; each tells its own wall
// time per step after a warm-up; a figure is the median of the rounds' ratios.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../scripts/setup.mjs';
import { atMost, median } from './shared/figures.mjs';
import { loadTrainerSources } from './shared/trainerSources.mjs';

/** A step on the cpu backend takes about a hundred times as long. */
const lengths = { wasm: { warmUp: 80, steps: 200, rounds: 5, batch: 256 }, cpu: { warmUp: 48, steps: 80, rounds: 3, batch: 8 } };

const script = (tasks, { warmUp, steps, batch }) => `import * as tf from '@tensorflow/tfjs';
const input = tf.input({ shape: [64] });
const dense = (units, x, activation = 'relu') => tf.layers.dense({ units, activation }).apply(x);
const trunk = dense(256, dense(256, dense(256, input)));
const outputs = Array.from({ length: ${tasks} }, () => dense(1, dense(64, trunk), 'linear'));
const model = tf.model({ inputs: input, outputs });
model.compile({ optimizer: tf.train.adam(1e-3), loss: outputs.map(() => 'meanSquaredError') });
const x = tf.randomNormal([${4 * batch}, 64]);
const y = outputs.map(() => tf.randomNormal([${4 * batch}, 1]));
const fit = (steps) => model.fit(x, y, { batchSize: ${batch}, epochs: steps / 4, shuffle: false, verbose: 0, yieldEvery: 'never' });
await fit(${warmUp});
const start = performance.now();
await fit(${steps});
console.log('per step', (performance.now() - start) / ${steps});
process.exit(0);
`;

const ways = {
  'default budget': { every: null, budget: 0.05 },
  'budget 1 %': { every: null, budget: 0.01 },
};

/** `startTraining`, as every host uses it. */
async function loadLaunch(folder) {
  const outfile = join(folder, 'launch.mjs');
  const entryPoints = [join(root, 'src', 'launch', 'startTraining.ts')];
  await build({ bundle: true, platform: 'node', format: 'esm', entryPoints, outfile });
  return (await import(pathToFileURL(outfile).href)).startTraining;
}

/** Milliseconds per step, as the script says them. */
function saidBy(child, done) {
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  return done.then(() => {
    const [, perStep] = /per step (\S+)/.exec(said) ?? [];
    if (perStep === undefined) {
      throw new Error(`The script did not say how long a step takes:\n${said}`);
    }
    return Number(perStep);
  });
}

export async function measure({ say }) {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-bench-observation-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{}');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const startTraining = await loadLaunch(folder);
    await loadTrainerSources('unobserved', `export { useWasmBackend } from './backend/wasm/wasmBackend.ts';`);
    const unobserved = join(root, 'bench', 'shared', 'unobserved.mjs');
    const preload = join(root, 'dist', 'trainer', 'preload.mjs');
    const figures = [];
    for (const [backend, length] of Object.entries(lengths)) {
      for (const tasks of [2, 4, 8]) {
        const entry = join(folder, `train-${backend}-${tasks}.mjs`);
        writeFileSync(entry, script(tasks, length));
        const plain = () => {
          const child = spawn(process.execPath, [unobserved, backend, entry], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
          return saidBy(child, new Promise((resolve) => child.once('close', resolve)));
        };
        const watched = (options) => {
          const training = startTraining({ entry, args: [], seed: 1, backend, stdio: 'pipe', preload, ...options });
          return saidBy(training, training.done);
        };
        // On cpu a step takes so long that one budget has to do.
        const asked = Object.entries(ways).slice(0, backend === 'cpu' ? 1 : 2);
        const ratios = Object.fromEntries(asked.map(([way]) => [way, []]));
        for (let round = 0; round < length.rounds; round++) {
          for (const [way, options] of asked) {
            // Now one first, now the other: a machine that grows busier or warmer favours neither.
            const [a, b] = round % 2 === 0 ? [await plain(), await watched(options)] : [await watched(options), await plain()];
            ratios[way].push(round % 2 === 0 ? b / a : a / b);
          }
        }
        const row = (bar, way) => {
          const figure = atMost(bar, `fit watched at ${way} over unobserved, ${backend}, T = ${tasks}`, median(ratios[way]));
          figures.push(figure);
          say(`${figure.name}: ${figure.value.toFixed(3)} (${ratios[way].map((each) => each.toFixed(3)).join(', ')})`);
        };
        row(1.05, 'default budget');
        if (backend === 'wasm') {
          row(1.02, 'budget 1 %');
        }
      }
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
