// The native backend (tfjs-node): what watching costs on it, as bench/observation.mjs has it for the others, and how fast it trains
// against our wasm, which says what `auto` should take (src/trainer/backend/autoOrder.ts). Set it up first: `npm run native`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../scripts/setup.mjs';
import { observationOn } from './observation.mjs';
import { atLeast, median } from './shared/figures.mjs';
import { loadTrainerSources } from './shared/trainerSources.mjs';
import { playRounds, turnTable } from './shared/turnTaking.mjs';

const length = { warmUp: 80, processes: 3, rounds: 2, turns: 10, steps: 20, batch: 256, growUp: 0 };

/**
 * By the names of wasmModels.mjs: how many steps make a turn, some tenths of a second, and whether `auto` goes on with native. The
 * bound was chosen by the first six, and lowered when the last two were measured.
 */
const models = {
  embedding: { said: 'recurrent', steps: 5, moves: false },
  dense: { said: 'dense', steps: 20, moves: false },
  convolution: { said: 'convolutional', steps: 10, moves: false },
  largeConvolution: { said: 'large convolutional', steps: 1, moves: true },
  wideRecurrent: { said: 'wide recurrent', steps: 1, moves: true },
  wideDense: { said: 'wide dense', steps: 2, moves: true },
  middleDense: { said: 'middle dense', steps: 10, moves: true },
  deepDense: { said: 'deep dense', steps: 2, moves: true },
};
const backends = ['wasm', 'node'];

/** Wall times of steps of each backend, in processes of their own: native works in threads, so processor time would tell another thing. */
async function timesOf(model, steps) {
  const table = await turnTable();
  const [host, script] = ['unobserved.mjs', 'backendSteps.mjs'].map((name) => join(root, 'bench', 'shared', name));
  const ended = backends.map((backend) => {
    const child = spawn(process.execPath, [host, backend, script, model, String(table.port)], { stdio: 'ignore' });
    return new Promise((resolve) => child.once('close', resolve));
  });
  try {
    return await Promise.race([
      playRounds(table, backends, { rounds: 3, turns: 4, steps }),
      ...ended.map((end) => end.then(() => Promise.reject(new Error('A process ended before its last turn.')))),
    ]);
  } finally {
    table.close();
    await Promise.all(ended);
  }
}

/** Each time in new processes: where its memory comes to lie makes one some percent faster than another. */
const PROCESSES = 2;

export async function measure({ say }) {
  await loadTrainerSources('unobserved', `export { useWasmBackend } from './backend/wasm/wasmBackend.ts';`);
  const figures = [];
  for (const [name, { said, steps, moves }] of Object.entries(models)) {
    const [wasm, node] = [[], []];
    for (let play = 0; play < PROCESSES; play++) {
      const times = await timesOf(name, steps);
      wasm.push(...times.wasm);
      node.push(...times.node);
    }
    const ratios = node.map(({ wall }, round) => wall / wasm[round].wall);
    // What `auto` takes should cost nobody more than a tenth.
    const [figure, value] = moves
      ? ['our wasm over native', 1 / median(ratios)]
      : ['native over our wasm', median(ratios)];
    figures.push(atLeast(0.9, `${said} step, ${figure}, which auto takes`, value));
    const [ours, native] = [wasm, node].map((rounds) => median(rounds.map(({ wall }) => wall)).toFixed(1));
    say(
      `${said} step: ${ours} ms on our wasm, ${native} ms native, ratio ${median(ratios).toFixed(2)} (${ratios.map((each) => each.toFixed(2)).join(', ')})`,
    );
  }
  return [...figures, ...(await observationOn({ node: length }, say))];
}
