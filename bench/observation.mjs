// What watching costs a person: one script, `fit` on the reference model, in real trainer processes with their records, against the
// same script in a process that has the same backend and nothing of the debugger else. They take turns after a warm-up; a figure is
// the median of the rounds' ratios of wall time. Where a step is quick, runs have 3,000 steps behind them: before, the budget pays for the
// early looks and their facts. What young runs cost is printed beside it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../scripts/setup.mjs';
import { atMost, median } from './shared/figures.mjs';
import { loadTrainerSources } from './shared/trainerSources.mjs';
import { playRounds, takingTurns, turnTable } from './shared/turnTaking.mjs';

/** A step on the cpu backend takes about a hundred times as long. */
const lengths = {
  wasm: { warmUp: 80, processes: 4, rounds: 2, turns: 10, steps: 20, batch: 256, growUp: 3_000 },
  cpu: { warmUp: 48, processes: 3, rounds: 2, turns: 12, steps: 8, batch: 8, growUp: 0 },
};

const script = (name, tasks, { warmUp, batch, growUp }, port) => `import * as tf from '@tensorflow/tfjs';
${takingTurns(port)}
const input = tf.input({ shape: [64] });
const dense = (units, x, activation = 'relu') => tf.layers.dense({ units, activation }).apply(x);
const trunk = dense(256, dense(256, dense(256, input)));
const outputs = Array.from({ length: ${tasks} }, () => dense(1, dense(64, trunk), 'linear'));
const model = tf.model({ inputs: input, outputs });
model.compile({ optimizer: tf.train.adam(1e-3), loss: outputs.map(() => 'meanSquaredError') });
const x = tf.randomNormal([${4 * batch}, 64]);
const y = outputs.map(() => tf.randomNormal([${4 * batch}, 1]));
const options = { shuffle: false, verbose: 0, yieldEvery: 'never' };
const fit = (steps) => model.fit(x, y, { batchSize: ${batch}, epochs: steps / 4, ...options });
const first = (rows) => rows.slice(0, ${batch / 4});
// The same steps on few rows are quick.
const growUp = () => model.fit(first(x), y.map(first), { batchSize: ${batch / 16}, epochs: ${growUp / 4}, ...options });
await fit(${warmUp});
await takeTurns('${name}', (steps) => (steps === ${growUp} ? growUp() : fit(steps)));
process.exit(0);
`;

const ways = {
  'default budget': { every: null, budget: 0.05 },
  'budget 1 %': { every: null, budget: 0.01 },
};

/** What the trainer itself has counted as the cost of watching, when it last said so in its record, and which steps it looked at in full. */
function readIn(folder) {
  const [record = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  const text = readFileSync(join(folder, record), 'utf8');
  const counted = Number([...text.matchAll(/"overhead":([\d.e-]+)/g)].at(-1)?.[1] ?? NaN);
  return { counted, deep: [...text.matchAll(/^\{"type":"step","step":(\d+)/gm)].map(([, step]) => Number(step)) };
}

/** `startTraining`, as every host uses it. */
async function loadLaunch(folder) {
  const outfile = join(folder, 'launch.mjs');
  const entryPoints = [join(root, 'src', 'launch', 'startTraining.ts')];
  await build({ bundle: true, platform: 'node', format: 'esm', entryPoints, outfile });
  return (await import(pathToFileURL(outfile).href)).startTraining;
}

export function measure({ say }) {
  return observationOn(lengths, say);
}

/** One process for each way, which take turns: their times, and what the watched ones counted. */
function playing({ folder, startTraining, unobserved, preload }) {
  return async (backend, tasks, asked, length) => {
    const table = await turnTable();
    const entryOf = (name) => {
      const entry = join(folder, `train-${backend}-${tasks}-${name.replace(/\W+/g, '-')}.mjs`);
      writeFileSync(entry, script(name, tasks, length, table.port));
      return entry;
    };
    const plain = spawn(process.execPath, [unobserved, backend, entryOf('plain')], { cwd: folder, stdio: 'ignore' });
    const ended = [new Promise((resolve) => plain.once('close', resolve))];
    const runs = {};
    for (const [way, options] of asked) {
      const entry = entryOf(way);
      const training = startTraining({ entry, args: [], seed: 1, backend, stdio: 'pipe', preload, ...options });
      training.stdout.resume();
      runs[way] = training.folder;
      ended.push(training.done);
    }
    const names = ['plain', ...asked.map(([way]) => way)];
    const ages = async () => {
      const young = await playRounds(table, names, length);
      if (length.growUp === 0) {
        return { young, times: young };
      }
      await Promise.all(names.map(async (name) => (await table.seat(name)).take(length.growUp)));
      return { young, times: await playRounds(table, names, length) };
    };
    let played;
    try {
      played = await Promise.race([
        ages(),
        ...ended.map((end) => end.then(() => Promise.reject(new Error('A script ended before its last turn.')))),
      ]);
    } finally {
      // The others end as well, where one could not go on.
      table.close();
    }
    await Promise.all(ended);
    const records = await Promise.all(asked.map(async ([way]) => [way, readIn(await runs[way])]));
    return { ...played, records: Object.fromEntries(records) };
  };
}

/** The rows of these backends, by how long each is measured. */
export async function observationOn(lengths, say) {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-bench-observation-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{}');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const startTraining = await loadLaunch(folder);
    await loadTrainerSources('unobserved', `export { useWasmBackend } from './backend/wasm/wasmBackend.ts';`);
    const unobserved = join(root, 'bench', 'shared', 'unobserved.mjs');
    const preload = join(root, 'dist', 'trainer', 'preload.mjs');
    const playOnce = playing({ folder, startTraining, unobserved, preload });
    const figures = [];
    for (const [backend, length] of Object.entries(lengths)) {
      for (const tasks of [2, 4, 8]) {
        // On cpu a step takes so long that one budget has to do.
        const asked = Object.entries(ways).slice(0, backend === 'cpu' ? 1 : 2);
        const steps = length.rounds * length.turns * length.steps;
        const plays = [];
        // Where its memory comes to lie makes one process some percent faster than another: each play is of new ones.
        for (let play = 0; play < length.processes; play++) {
          plays.push(await playOnce(backend, tasks, asked, length));
        }
        const row = (bar, way) => {
          const over = (times) => times[way].map(({ wall }, round) => wall / times.plain[round].wall);
          const ratios = plays.flatMap(({ times }) => over(times));
          const young = median(plays.flatMap((play) => over(play.young)));
          const figure = atMost(bar, `fit watched at ${way} over unobserved, ${backend}, T = ${tasks}`, median(ratios));
          figures.push(figure);
          const rounds = ratios.map((each) => each.toFixed(3)).join(', ');
          const counted = 1 + median(plays.map(({ records }) => records[way].counted));
          const youngFrom = length.warmUp;
          const oldFrom = youngFrom + (length.growUp === 0 ? 0 : steps + length.growUp);
          const looks = (from) => median(plays.map(({ records }) => records[way].deep.filter((at) => at > from && at <= from + steps).length));
          say(`${figure.name}: ${figure.value.toFixed(3)} (${rounds}); young ${young.toFixed(3)}, counted by itself ${counted.toFixed(3)}`);
          say(`  steps looked at in full, of ${steps}: young ${looks(youngFrom)}, old ${looks(oldFrom)}`);
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
