// What one step costs that is looked at, against what it is made of and against what people write by hand: processor time on the wasm
// backend. Each way runs in a process of its own, and they take turns; a figure is the median of the rounds' ratios.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../scripts/setup.mjs';
import { atLeast, atMost, median } from './shared/figures.mjs';
import { loadTrainerSources } from './shared/trainerSources.mjs';
import { playRounds, turnTable } from './shared/turnTaking.mjs';

/** See bench/shared/stepWays.mjs. */
const ways = ['plain', 'losses', 'deep', 'halves', 'shallow', 'spaced', 'naive', 'forward', 'both'];
/** Where its memory comes to lie makes one process some percent faster than another: each play is of new ones. */
const PLAYS = 5;
const length = { rounds: 3, turns: 4, steps: 8 };

async function timesOf(tasks) {
  const table = await turnTable();
  const script = join(root, 'bench', 'shared', 'stepWays.mjs');
  const stdio = ['ignore', 'ignore', 'inherit'];
  const ended = ways.map((way) => {
    const child = spawn(process.execPath, [script, way, String(tasks), String(table.port)], { stdio });
    return new Promise((resolve) => child.once('close', resolve));
  });
  try {
    return await Promise.race([
      playRounds(table, ways, length),
      ...ended.map((end) => end.then(() => Promise.reject(new Error('A process ended before its last turn.')))),
    ]);
  } finally {
    table.close();
    await Promise.all(ended);
  }
}

export async function measure({ say }) {
  await loadTrainerSources(
    'stepWays',
    `export { useWasmBackend } from './backend/wasm/wasmBackend.ts';
     export { WithinBudget } from '../core/schedule/withinBudget.ts';
     export { installObservation } from './observe/installObservation.ts';`,
  );
  const rows = [];
  for (const tasks of [2, 4, 8]) {
    const times = Object.fromEntries(ways.map((way) => [way, []]));
    for (let play = 0; play < PLAYS; play++) {
      Object.entries(await timesOf(tasks)).forEach(([way, rounds]) => times[way].push(...rounds));
    }
    const perRound = (value) => times.plain.map((_, round) => value((way) => times[way][round].cpu));
    const row = (figure, name, bar, value) => {
      const ratios = perRound(value);
      rows.push(figure(bar, `${name}, T = ${tasks}`, median(ratios)));
      say(`${name}, T = ${tasks}: ${median(ratios).toFixed(3)} (${ratios.map((each) => each.toFixed(3)).join(', ')})`);
    };
    const beside = (name, value) => say(`T = ${tasks}: ${name} ${median(perRound(value)).toFixed(3)}`);
    beside('plain step, ms', (of) => of('plain'));
    beside('one walk through the trunk, ms', (of) => of('both') - of('forward'));
    row(
      atMost,
      `deep step over plain + ${tasks - 1} walks through the trunk`,
      1.15,
      (of) => of('deep') / (of('plain') + (tasks - 1) * (of('both') - of('forward'))),
    );
    row(atLeast, 'naive deep step over ours', 1.6, (of) => of('naive') / of('deep'));
    row(atMost, 'shallow, spaced by the default budget, over plain', 1.03, (of) => of('spaced') / of('plain'));
    beside('shallow at every step over plain', (of) => of('shallow') / of('plain'));
    beside('losses alone over plain', (of) => of('losses') / of('plain'));
    beside('deep over plain', (of) => of('deep') / of('plain'));
    beside('halves of the batch over plain', (of) => of('halves') / of('plain'));
    beside('naive over plain', (of) => of('naive') / of('plain'));
  }
  return rows;
}
