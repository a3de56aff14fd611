// The time of one step in several ways on the wasm backend. Each way runs in a process of its own (stepWays.mjs), and they take turns.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/setup.mjs';
import { loadTrainerSources } from './trainerSources.mjs';
import { playRounds, turnTable } from './turnTaking.mjs';

/** Where its memory comes to lie makes one process some percent faster than another: each play is of new ones. */
const PLAYS = 5;
/** The caches are cold at the start of a turn, as they never are in a run of its own: where one reading is looked for in them, turns are long. */
const lengths = { young: { rounds: 3, turns: 4, steps: 8 }, old: { rounds: 2, turns: 2, steps: 40 } };

/**
 * @param {'young' | 'old'} age how many steps a run has behind it: some hundred, or some thousand
 * @returns {Promise<(tasks: number) => Promise<(value: (of: (way: string, clock?: 'cpu' | 'wall') => number) => number) => number[]>>} plays
 *   with so many tasks; then, for each round, a value of the ways' milliseconds per step: of processor time, where no clock is named
 */
export async function playersOf(age, ways) {
  await loadTrainerSources(
    'stepWays',
    `export { useWasmBackend } from './backend/wasm/wasmBackend.ts';
     export { WithinBudget } from '../core/schedule/withinBudget.ts';
     export { installObservation } from './observe/installObservation.ts';
     export { NumberRing } from './io/numberRing.ts';
     export { SentReadings } from './io/sentReadings.ts';`,
  );
  return async (tasks) => {
    const rounds = [];
    for (let play = 0; play < PLAYS; play++) {
      const times = await timesOf(age, ways, tasks);
      times[ways[0]].forEach((_, round) => rounds.push((way, clock = 'cpu') => times[way][round][clock]));
    }
    return (value) => rounds.map(value);
  };
}

async function timesOf(age, ways, tasks) {
  const table = await turnTable();
  const script = join(root, 'bench', 'shared', 'stepWays.mjs');
  const stdio = ['ignore', 'ignore', 'inherit'];
  const ended = ways.map((way) => {
    const child = spawn(process.execPath, [script, age, way, String(tasks), String(table.port)], { stdio });
    return new Promise((resolve) => child.once('close', resolve));
  });
  try {
    return await Promise.race([
      playRounds(table, ways, lengths[age]),
      ...ended.map((end) => end.then(() => Promise.reject(new Error('A process ended before its last turn.')))),
    ]);
  } finally {
    table.close();
    await Promise.all(ended);
  }
}
