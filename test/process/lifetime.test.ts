import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { endlessLoops } from './models.ts';
import { processLives } from '../../src/processes/processLives.ts';
import { hasEnded } from './hasEnded.ts';
import { builtPreload, project, removeProjects, repository } from './project.ts';
import { linesIn, start } from './trainScript.ts';

afterEach(removeProjects);

/** Says that the script runs: its loop may never let it say anything again. */
const sayReady = `import { writeFileSync } from 'node:fs'; writeFileSync('ready', '');`;
const tfjs = `import * as tf from '@tensorflow/tfjs';`;
const idleLoops = {
  'an endless loop that never trains': 'for (;;);',
  'an endless chain of microtasks': 'for (;;) await null;',
  'a timer': 'setInterval(() => {}, 1000);',
} as const;

describe.each(Object.entries(endlessLoops))('training in %s', (_, loop) => {
  it('is recorded while it runs, and ends at the next step when it is cancelled', async () => {
    const run = start(path.join(project({ 'main.mjs': tfjs + loop }), 'main.mjs'), { every: 50 });
    const folder = await run.folder;
    await run.message((message) => message.type === 'grown' && message.step > 10);
    expect(linesIn(folder).filter(({ type }) => type === 'step').length).toBeGreaterThan(0);
    run.cancel();
    const trained = await run.result;
    expect(trained.exitCode).toBe(130);
    expect(trained.end).toMatchObject({ state: 'cancelled', exitCode: 130 });
    expect(trained.end!.steps).toBeGreaterThan(10);
    expect(trained.end!.reason).toBe(`cancelled after training step ${trained.end!.steps}`);
    expect(trained.lines.filter(({ type }) => type === 'step')).toHaveLength(trained.end!.observed);
  });
});

describe('cancelling', () => {
  it.each(Object.entries(idleLoops))('ends %s', async (name, loop) => {
    const folder = project({ 'main.mjs': sayReady + loop });
    const run = start(path.join(folder, 'main.mjs'), { cancelGrace: 500 });
    await isReady(folder);
    run.cancel();
    const trained = await run.result;
    expect(trained.end).toMatchObject({ state: 'cancelled', steps: 0 });
    expect(trained.end!.reason).toContain(name === 'a timer' ? 'before the first training step' : 'ended by force');
  });

  it.skipIf(process.platform === 'win32')('by Ctrl+C keeps the record whole', async () => {
    const run = start(path.join(project({ 'main.mjs': tfjs + endlessLoops.fitDataset }), 'main.mjs'));
    await run.message((message) => message.type === 'grown' && message.step > 2);
    process.kill(run.pid!, 'SIGINT');
    run.cancel();
    expect((await run.result).end).toMatchObject({ state: 'cancelled', exitCode: 130 });
  });
});

describe('a process whose host is killed', () => {
  const loops = { ...idleLoops, ...endlessLoops };
  it.each(Object.entries(loops))('ends in %s', async (_, loop) => {
    const folder = project({ 'main.mjs': tfjs + sayReady + loop });
    const bundle = path.join(folder, 'host.mjs');
    await build({
      stdin: { contents: hostSource(path.join(folder, 'main.mjs')), resolveDir: repository, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: bundle,
    });
    const parent = spawn(process.execPath, [bundle], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await firstLine(parent));
    await isReady(folder);
    expect(processLives(pid)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await hasEnded(pid);
    const [run = ''] = readdirSync(path.join(folder, '.mtl', 'runs'));
    const end = linesIn(path.join(folder, '.mtl', 'runs', run)).at(-1);
    expect(end).toMatchObject({ type: 'end', state: 'interrupted' });
  });
});

/** Starts the script and, once its record exists, says its process id. */
function hostSource(entry: string): string {
  const options = { entry, args: [], every: 10, seed: 1, backend: 'cpu', stdio: 'pipe', preload: builtPreload };
  return `import { startTraining } from './src/launch/startTraining.ts';
    const training = startTraining(${JSON.stringify(options)});
    training.folder.then(() => console.log(training.pid));
    setInterval(() => {}, 1000);`;
}

async function isReady(folder: string): Promise<void> {
  while (!existsSync(path.join(folder, 'ready'))) {
    await delay(20);
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return chunk.toString().trim();
}
