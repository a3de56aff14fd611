import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { attachTraining } from '../../src/launch/attachTraining.ts';
import type { TrainingOptions } from '../../src/launch/startTraining.ts';
import type { Training } from '../../src/launch/training.ts';
import { processLives } from '../../src/processes/processLives.ts';
import { ATTACHMENT_FILE, OUTPUT_FILE, parseAttachment, type Attachment } from '../../src/protocol/attachment.ts';
import { hasEnded } from './hasEnded.ts';
import { endlessLoops } from './models.ts';
import { project, removeProjects } from './project.ts';
import { linesIn, start, type Started } from './trainScript.ts';

afterEach(removeProjects);

const tfjs = `import * as tf from '@tensorflow/tfjs';`;
/** Says every step on its output, and is over after `steps` of them. */
const counting = (steps: number): string => `${tfjs}
const w = tf.variable(tf.ones([2]));
const optimizer = tf.train.sgd(1e-3);
for (let i = 1; i <= ${steps}; i++) {
  optimizer.minimize(() => w.square().sum().add(w.abs().sum()));
  console.log('step', i);
  await new Promise((resolve) => setTimeout(resolve, 2));
}`;

function begin(script: string, options: Partial<TrainingOptions> = {}): Started {
  const entry = path.join(project({ 'main.mjs': script }), 'main.mjs');
  return start(entry, { stdio: 'file', hostGrace: 60_000, ...options });
}

const wordOf = (folder: string): Attachment => {
  const word = parseAttachment(readFileSync(path.join(folder, ATTACHMENT_FILE), 'utf8'));
  expect(word).not.toBeNull();
  return word!;
};

/** Reads the output to its present end. */
async function outputOf({ output }: Pick<Training, 'output'>): Promise<string> {
  const chunks: Buffer[] = [];
  await output!.read((chunk) => chunks.push(chunk));
  return Buffer.concat(chunks).toString();
}

describe('a host that goes away and another that comes', () => {
  it.each(Object.entries({ 'a loop that yields': counting(1_000_000), ...endlessLoops }))(
    'do not stop training in %s, and no step is missing from the record',
    async (_, loop) => {
      const run = begin(loop.includes('import') ? loop : tfjs + loop);
      const folder = await run.folder;
      await run.message((message) => message.type === 'grown' && message.step > 10);
      run.disconnect();
      const again = await attachTraining(folder);
      expect(again).not.toBeNull();
      const steps = await new Promise<number>((resolve) => {
        const seen: number[] = [];
        again!.onMessage((message) => {
          if (message.type === 'grown' && seen.push(message.step) > 2) {
            resolve(message.step);
          }
        });
      });
      again!.cancel();
      await again!.done;
      const lines = linesIn(folder);
      // Every step is in one window, and the next window begins where the last one ended.
      const windows = lines.filter((line) => line.type === 'window');
      const last = windows.at(-1)?.step ?? 0;
      expect(last).toBeGreaterThanOrEqual(steps);
      expect(windows.map(({ from }) => from)).toEqual([1, ...windows.slice(0, -1).map(({ step }) => step + 1)]);
      expect(lines.at(-1)).toMatchObject({ type: 'end', state: 'cancelled', steps: last });
      await again!.output!.close();
      await run.output!.close();
    },
  );

  it('get all that the script says: the second one also what came before it', async () => {
    // It stands still in the middle until it is told to go on: who attaches is sure to come in time.
    const run = begin(
      `import { existsSync } from 'node:fs'; ${counting(60)}`.replace(
        'await new',
        "while (i === 30 && !existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 10));\n  await new",
      ),
    );
    const folder = await run.folder;
    await run.message((message) => message.type === 'grown' && message.step === 30);
    run.disconnect();
    const again = await attachTraining(folder);
    writeFileSync(path.join(folder, '..', '..', '..', 'go'), '');
    await again!.done;
    const said = await outputOf(again!);
    expect(said.match(/^step \d+$/gm)).toEqual(Array.from({ length: 60 }, (_, i) => `step ${i + 1}`));
    expect(readFileSync(path.join(folder, OUTPUT_FILE), 'utf8')).toBe(said);
    expect(linesIn(folder).at(-1)).toMatchObject({ type: 'end', state: 'finished', steps: 60 });
    await Promise.all([again!, run].map(({ output }) => output!.close()));
  });

  it('can be there at once, and either may stop the training', async () => {
    const run = begin(tfjs + endlessLoops['a synchronous loop of minimize']);
    const folder = await run.folder;
    const second = await attachTraining(folder);
    second!.cancel();
    const { end, exitCode } = await run.result;
    expect([end?.state, exitCode]).toEqual(['cancelled', 130]);
    await second!.done;
    await Promise.all([second!, run].map(({ output }) => output!.close()));
  });
});

describe('a training that nobody comes back to', () => {
  it.each(Object.entries(endlessLoops))('ends at its next step in %s, as interrupted', async (_, loop) => {
    const run = begin(tfjs + loop, { hostGrace: 300 });
    const folder = await run.folder;
    await run.message((message) => message.type === 'grown' && message.step > 2);
    run.disconnect();
    await hasEnded(run.pid!);
    const end = linesIn(folder).at(-1);
    expect(end).toMatchObject({ type: 'end', state: 'interrupted', exitCode: 130 });
    expect(end?.type === 'end' && end.reason).toMatch(/^nobody watched it any more: stopped after training step \d+$/);
    await run.output!.close();
  });

  it('is ended by force where it comes to no step', async () => {
    const run = begin('for (;;);', { hostGrace: 200, cancelGrace: 200 });
    const folder = await run.folder;
    run.disconnect();
    await hasEnded(run.pid!);
    expect(linesIn(folder).at(-1)).toMatchObject({ type: 'end', state: 'interrupted', exitCode: null });
    await run.output!.close();
  });
});

describe('who may attach', () => {
  it('only somebody who can read the run folder, and only while the training runs', async () => {
    const run = begin(counting(1_000_000));
    const folder = await run.folder;
    const word = wordOf(folder);
    expect(word.pid).toBe(run.pid);
    if (process.platform !== 'win32') {
      expect(statSync(path.join(folder, ATTACHMENT_FILE)).mode & 0o077).toBe(0);
      expect(statSync(path.dirname(word.address)).mode & 0o077).toBe(0);
    }
    // A stranger who knows the address: without the token, or with cancel as the first word, it is hung up on.
    for (const said of ['{"type":"attach","token":"guess"}\n', '{"type":"cancel"}\n']) {
      const stranger = connect(word.address);
      const hungUp = new Promise<void>((resolve) => stranger.once('close', () => resolve()));
      stranger.write(said);
      await hungUp;
    }
    expect(processLives(run.pid!)).toBe(true);
    run.cancel();
    expect((await run.result).end?.state).toBe('cancelled');
    expect(existsSync(path.join(folder, ATTACHMENT_FILE))).toBe(false);
    expect(existsSync(word.address)).toBe(false);
    expect(await attachTraining(folder)).toBeNull();
    await run.output!.close();
  });

  it.each([
    ['no word', null],
    ['half a word', '{"pid":1,'],
    ['a word of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, address: '/x', token: 't', output: null })],
    ['a word with a dead address', JSON.stringify({ pid: process.pid, address: '/no/such', token: 't', output: null })],
  ])('nobody where there is %s', async (_, word) => {
    const folder = project({});
    if (word !== null) {
      writeFileSync(path.join(folder, ATTACHMENT_FILE), word);
    }
    expect(await attachTraining(folder)).toBeNull();
  });
});

describe('the output in a file', () => {
  it('goes on when the run folder is deleted, and so does the training', async () => {
    const run = begin(counting(1_000));
    const folder = await run.folder;
    await run.message((message) => message.type === 'grown' && message.step > 5);
    rmSync(folder, { recursive: true });
    const { end, messages } = await run.result;
    expect(end).toMatchObject({ state: 'finished', steps: 1_000 });
    expect(messages.filter(({ type }) => type === 'record')).toHaveLength(2);
    expect((await outputOf(run)).match(/^step \d+$/gm)).toHaveLength(1_000);
    await run.output!.close();
  });

  it('is taken away where the trainer never came to a record', async () => {
    const folder = project({ 'main.mjs': '' });
    const run = start(path.join(folder, 'main.mjs'), { stdio: 'file', preload: path.join(folder, 'no-preload.mjs') });
    expect((await run.result).folder).toBeNull();
    await delay(0);
    expect(await outputOf(run)).toMatch(/no-preload/);
    expect(readdirSync(path.join(folder, '.mtl', 'runs'))).toEqual([]);
    await run.output!.close();
  });

  it('lies elsewhere where runs cannot be recorded beside the script', async () => {
    const folder = project({ 'main.mjs': counting(3), '.mtl': 'a file in the way' });
    const run = start(path.join(folder, 'main.mjs'), { stdio: 'file' });
    const { end, messages } = await run.result;
    expect(end?.state).toBe('finished');
    expect(messages.find(({ type }) => type === 'record')).toMatchObject({ moved: expect.any(String) as string });
    expect(await outputOf(run)).toMatch(/step 3/);
    await run.output!.close();
  });
});

describe.skipIf(process.platform === 'win32')('what a script has started', () => {
  /** A script with a process of its own that would run for ever, and one of that one's. */
  const withChildren = (loop: string): string => `import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    const sleeper = "require('node:child_process').spawn('sleep', ['1000']).unref(); setInterval(() => {}, 1000); process.on('SIGTERM', () => {})";
    const child = spawn(process.execPath, ['-e', sleeper], { stdio: 'ignore', detached: true });
    const plain = spawn('sleep', ['1000'], { stdio: 'ignore' });
    writeFileSync('pids', child.pid + ' ' + plain.pid);
    ${loop}`;
  const pidsIn = (folder: string): number[] => readFileSync(path.join(folder, 'pids'), 'utf8').split(' ').map(Number);

  it('ends with it by force, in its own group or in another', async () => {
    const folder = project({ 'main.mjs': withChildren('for (;;);') });
    const run = start(path.join(folder, 'main.mjs'), { stdio: 'file', cancelGrace: 300 });
    while (!existsSync(path.join(folder, 'pids'))) {
      await delay(20);
    }
    await delay(200);
    run.cancel();
    expect((await run.result).end).toMatchObject({ state: 'cancelled', exitCode: null });
    await Promise.all(pidsIn(folder).map(hasEnded));
    await run.output!.close();
  });

  it('ends with it at its next step', async () => {
    const folder = project({ 'main.mjs': tfjs + withChildren(endlessLoops['a synchronous loop of minimize']) });
    const run = start(path.join(folder, 'main.mjs'), { stdio: 'file' });
    await run.message((message) => message.type === 'grown' && message.step > 2);
    run.cancel();
    expect((await run.result).end).toMatchObject({ state: 'cancelled', exitCode: 130 });
    const [, plain] = pidsIn(folder);
    await hasEnded(plain!);
    // The other ignores the request, and has left the group: nobody may end it in the script's place.
    process.kill(pidsIn(folder)[0]!, 'SIGKILL');
    await run.output!.close();
  });
});

it('a folder for runs that does not exist yet is made', async () => {
  const folder = project({ 'main.mjs': counting(2) });
  mkdirSync(path.join(folder, 'data'));
  const run = start(path.join(folder, 'main.mjs'), {
    stdio: 'file',
    runsFolder: path.join(folder, 'data', 'deep', 'runs'),
  });
  expect((await run.result).end?.state).toBe('finished');
  expect(await run.folder).toContain(path.join('data', 'deep', 'runs'));
  await run.output!.close();
});
