import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report/report.ts';
import { recordFaults } from '../recordSchema.ts';
import { runCommand, startCommand, temporaryFolders } from './command.ts';

const freshFolder = temporaryFolders();
let folder = '';

/** Two tasks on a shared trunk, in a loop of one's own; `steps` of them, or for ever. */
const loop = (steps: string, inside = ''): string => `
import * as tf from '@tensorflow/tfjs';
const trunk = tf.variable(tf.randomNormal([4, 8]), true, 'trunk');
const a = tf.variable(tf.randomNormal([8, 1]), true, 'a');
const b = tf.variable(tf.randomNormal([8, 1]), true, 'b');
const x = tf.randomNormal([16, 4]);
const sgd = tf.train.sgd(1e-3);
for (let i = 1; i <= ${steps}; i++) {
  sgd.minimize(() => {
    const h = x.matMul(trunk).relu();
    const click = h.matMul(a).square().mean();
    const dwell = h.matMul(b).sub(100).square().mean();
    return tf.add(click, dwell);
  });
  ${inside}
}
console.log('the script is done', process.argv.slice(2).join(' '));
`;

const scripts: Record<string, string> = {
  'train.mjs': loop('12'),
  'endless.mjs': loop('Infinity'),
  'throws.mjs': loop('12', "if (i === 5) throw new Error('the data ran out');"),
  'syntax.mjs': 'const x = ;\n',
  'idle.mjs': "console.log('nothing to train');\n",
  'exits.mjs': loop('12', 'if (i === 5) process.exit(7);'),
  'killed.mjs': loop('12', "if (i === 5) process.kill(process.pid, 'SIGKILL');"),
};

beforeAll(async () => {
  folder = await freshFolder();
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  await Promise.all(Object.entries(scripts).map(([name, text]) => writeFile(join(folder, name), text)));
});

const killedLater = `if (i === 9) {
    const later = Date.now() + 200;
    while (Date.now() < later);
    process.kill(process.pid, 'SIGKILL');
  }`;

describe('mtl-debugger train', () => {
  it('trains, shows progress, reports, and leaves a sound record', async () => {
    const line = ['train', '--every', '1', '--seed', '5', '--backend', 'cpu', 'train.mjs', '--json', '--every', 'x'];
    const { status, stdout, stderr } = await runCommand(line, folder);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^mtl-debugger: recording in /)]);
    // What stands after FILE is the script's, even where it looks like an option of the command.
    expect(stdout).toContain('the script is done --json --every x\n');
    expect(stdout).toMatch(/\ntrain.mjs --json --every x finished after /);
    const said = stdout.replace(/\s+/g, ' ');
    expect(said).toContain(
      '12 training steps; losses at every step; shared boundary at every step; all groups at every step;',
    );
    expect(said).toContain('12 observed in full; backend cpu; seed 5;');
    const [, place = ''] = /Record: (.*)\n$/.exec(stdout) ?? [];
    const record = await readFile(place, 'utf8');
    expect(recordFaults(record)).toEqual([]);
    // The report that is read afterwards is the one that was printed.
    const later = await runCommand(['report', 'latest'], folder);
    expect(stdout.endsWith(later.stdout)).toBe(true);
  });

  it('leaves the fast kernels out where it is asked to, and says so in the record', async () => {
    const reasonOf = async (...options: string[]): Promise<string> => {
      const runs = await freshFolder();
      const line = ['train', '--json', '--backend', 'wasm', '--runs', runs, ...options, 'train.mjs'];
      return (JSON.parse((await runCommand(line, folder)).stdout) as Report).run.backend.reason;
    };
    expect(await reasonOf()).toMatch(/fast kernels/);
    expect(await reasonOf('--no-fast-kernels')).not.toMatch(/fast/);
  });

  it('prints nothing but one JSON document with --json', async () => {
    const runs = await freshFolder();
    const { status, stdout, stderr } = await runCommand(['train', '--json', '--runs', runs, 'train.mjs'], folder);
    const report = JSON.parse(stdout) as Report;
    expect([status, report.state.state, report.run.steps]).toEqual([0, 'finished', 12]);
    expect(report.tasks.map(({ name }) => name)).toEqual(['click', 'dwell']);
    expect(stderr).toContain('the script is done \n');
    expect(report.run.folder).toBe(join(runs, ...(await readdir(runs))));
  });

  it.each<[string, number, RegExp]>([
    ['throws.mjs', 1, /^throws.mjs failed after [^]*the data ran out\n {2}at throws.mjs:\d+:\d+\n/m],
    ['syntax.mjs', 1, /^syntax.mjs failed after /m],
    ['exits.mjs', 1, /^exits.mjs ended itself in the middle after /m],
    ['idle.mjs', 4, /^Nothing was observed$/m],
    ['killed.mjs', 6, /^killed.mjs was cut short/m],
  ])('%s ends with status %d, and its report says why', async (script, expected, said) => {
    const { status, stdout } = await runCommand(['train', '--every', '1', script], folder);
    expect(stdout).toMatch(said);
    expect(status).toBe(expected);
  });

  it('keeps what was read at every step of a process that is killed, even while it does nothing but compute', async () => {
    const runs = await freshFolder();
    await writeFile(join(folder, 'killedLater.mjs'), loop('12', killedLater));
    const { status } = await runCommand(['train', '--budget', '0', '--runs', runs, 'killedLater.mjs'], folder);
    expect(status).toBe(6);
    const [run = ''] = await readdir(runs);
    const record = await readFile(join(runs, run, 'record.jsonl'), 'utf8');
    const steps = [...record.matchAll(/^\{"type":"window",.*?"step":(\d+)/gm)].map(([, step]) => Number(step));
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('cancels at %s, keeps what was recorded, and reports it', async (signal) => {
    const command = startCommand(['train', 'endless.mjs'], folder);
    await command.shows(': loss click');
    command.child.kill(signal);
    const { status, stdout, stderr } = await command.end;
    expect(stderr).toContain('Cancelling: the training ends after its current step.');
    expect(stdout).toMatch(/^endless.mjs was cancelled after /);
    expect(stdout).toContain('Loss per task, step 1 to ');
    expect(status).toBe(3);
  });

  it('kills a script that comes to no step, at the second signal', async () => {
    await writeFile(join(folder, 'stuck.mjs'), loop('1', "console.error('no step ends'); for (;;);"));
    const command = startCommand(['train', 'stuck.mjs'], folder);
    // Not the script's name: the command says it, in the record's path, before anything trains.
    await command.shows('no step ends');
    command.child.kill('SIGINT');
    await command.shows('Cancelling');
    command.child.kill('SIGINT');
    const { status, stderr, stdout } = await command.end;
    expect(stderr).toContain('Killed. What was recorded is kept.');
    expect([status, stdout]).toEqual([3, expect.stringMatching(/^stuck.mjs was cut short/)]);
  });
});
