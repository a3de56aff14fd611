import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { endlessLoops, twoTasks } from './models.ts';
import { project, removeProjects } from './project.ts';
import { linesIn, start, train, type Trained } from './trainScript.ts';

afterEach(removeProjects);

const tfjs = `import * as tf from '@tensorflow/tfjs';`;
const trains = `${tfjs}${twoTasks} await model.fit(x, y, { epochs: 6, verbose: 0 });`;

/** Step numbers in the record, which must run from 1 without a gap when every step is observed. */
function steps(trained: Pick<Trained, 'lines'>): number[] {
  return trained.lines.flatMap((line) => (line.type === 'step' ? [line.step] : []));
}

function countTo(end: number): number[] {
  return Array.from({ length: end }, (_, i) => i + 1);
}

describe('the record', () => {
  it('lies in .mtl/runs, out of version control, under the name that its header has', async () => {
    const folder = project({ 'train it.mjs': trains });
    const [first, second] = await Promise.all([1, 2].map(() => train(path.join(folder, 'train it.mjs'))));
    for (const trained of [first!, second!]) {
      expect(path.dirname(trained.folder!)).toBe(path.join(folder, '.mtl', 'runs'));
      expect(trained.header.run).toBe(path.basename(trained.folder!));
      expect(trained.header.run).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-train_it(-2)?$/);
      expect(steps(trained)).toEqual(countTo(6));
      expect(trained.end).toMatchObject({ state: 'finished', steps: 6, observed: 6 });
    }
    expect(first!.folder).not.toBe(second!.folder);
    expect(readFileSync(path.join(folder, '.mtl', '.gitignore'), 'utf8')).toBe('*\n');
    const grown = first!.messages.flatMap((message) => (message.type === 'grown' ? [message.bytes] : []));
    expect(grown.at(-1)).toBe(readFileSync(path.join(first!.folder!, 'record.jsonl')).length);
  });

  it('says which commit and which bytes were run', async () => {
    const folder = project({ 'main.mjs': trains });
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
    git('init', '-q');
    git('-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '--allow-empty', '-m', 'first');
    const { header } = await train(path.join(folder, 'main.mjs'));
    expect(header.commit).toBe(git('rev-parse', 'HEAD'));
    const digest = execFileSync('git', ['hash-object', '--no-filters', 'main.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(digest).not.toBe('');
    expect(header.scriptHash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(header.versions.node).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each(['a file stands where .mtl should be', 'a file stands where the runs should be'])(
    'moves to a temporary folder where %s',
    async (what) => {
      const folder = project({ 'main.mjs': trains });
      const blocked = what.includes('.mtl') ? '.mtl' : 'runs';
      writeFileSync(path.join(folder, blocked), '');
      const options = blocked === 'runs' ? { runsFolder: path.join(folder, 'runs') } : {};
      const trained = await train(path.join(folder, 'main.mjs'), options);
      expect(trained.exitCode).toBe(0);
      expect(trained.folder).not.toContain(folder);
      expect(steps(trained)).toEqual(countTo(6));
      const [place] = trained.messages.filter(({ type }) => type === 'record');
      expect(place).toMatchObject({ moved: expect.stringContaining(path.join(folder, blocked)) as string });
      rmSync(path.dirname(trained.folder!), { recursive: true });
    },
  );

  it('moves with all its lines when its folder is deleted while it grows', async () => {
    const run = start(
      path.join(project({ 'main.mjs': tfjs + endlessLoops['an awaited loop of trainOnBatch'] }), 'main.mjs'),
    );
    const folder = await run.folder;
    await run.message((message) => message.type === 'grown' && message.step > 5);
    rmSync(folder, { recursive: true });
    const moved = await run.message((message) => message.type === 'record' && message.moved !== null);
    expect(moved).toMatchObject({ moved: expect.stringContaining(`${folder} was deleted`) as string });
    run.cancel();
    const trained = await run.result;
    expect(existsSync(folder)).toBe(false);
    expect(trained.header).toMatchObject({ type: 'header', run: path.basename(folder) });
    expect(trained.end).toMatchObject({ state: 'cancelled', steps: steps(trained).length });
    expect(steps(trained)).toEqual(countTo(trained.end!.steps));
    rmSync(path.dirname(trained.folder!), { recursive: true });
  });

  const disk = smallDisk();
  it.skipIf(disk === null)('moves with all its lines when the disk is full', async () => {
    const folder = project({ 'main.mjs': tfjs + endlessLoops['an awaited loop of trainOnBatch'] });
    const runsFolder = path.join(folder, 'small');
    mkdirSync(runsFolder);
    disk!.mount(runsFolder);
    try {
      const run = start(path.join(folder, 'main.mjs'), { runsFolder });
      const moved = await run.message((message) => message.type === 'record' && message.moved !== null);
      expect(moved).toMatchObject({ moved: expect.stringContaining('ENOSPC: the disk is full') as string });
      await run.message((message) => message.type === 'grown' && message.bytes > 200_000);
      run.cancel();
      const trained = await run.result;
      expect(steps(trained)).toEqual(countTo(trained.end!.steps));
      rmSync(path.dirname(trained.folder!), { recursive: true });
    } finally {
      disk!.unmount(runsFolder);
    }
  });

  it.skipIf(disk === null)('and so does the training, when its own output has filled the disk', async () => {
    const talks = `${tfjs}${twoTasks}
      for (let i = 0; i < 300; i++) {
        await model.trainOnBatch(x, y);
        process.stdout.write('x'.repeat(1000) + '\\n');
        console.log('said', i);
      }`;
    const folder = project({ 'main.mjs': talks });
    const runsFolder = path.join(folder, 'small');
    mkdirSync(runsFolder);
    disk!.mount(runsFolder);
    try {
      const run = start(path.join(folder, 'main.mjs'), { runsFolder, stdio: 'file', hostGrace: 60_000 });
      const trained = await run.result;
      expect(trained.end).toMatchObject({ state: 'finished', steps: 300 });
      expect(steps(trained)).toEqual(countTo(300));
      await run.output!.close();
      rmSync(path.dirname(trained.folder!), { recursive: true });
    } finally {
      disk!.unmount(runsFolder);
    }
  });

  it.skipIf(process.platform === 'win32')('counts what it can write nowhere, and training goes on', async () => {
    const long = trains.replace('epochs: 6', 'epochs: 150');
    const folder = project({
      'main.mjs': long,
      'limited.sh': `#!/bin/bash\nulimit -f 20\nexec ${process.execPath} "$@"\n`,
    });
    chmodSync(path.join(folder, 'limited.sh'), 0o755);
    const trained = await train(path.join(folder, 'main.mjs'), { nodePath: path.join(folder, 'limited.sh') });
    expect(trained.exitCode).toBe(0);
    const notices = trained.messages.flatMap((message) => (message.type === 'notice' ? [message.message] : []));
    const dropped = Number(/^(\d+) lines/.exec(notices.at(-1) ?? '')?.[1]);
    const kept = trained.lines.length;
    // The same training with room for all of it says how many lines there are.
    const whole = await train(path.join(folder, 'main.mjs'));
    expect(whole.lines.length).toBeGreaterThan(300);
    expect(kept + dropped).toBe(whole.lines.length);
    expect(kept).toBeGreaterThan(5);
    expect(steps(trained)).toEqual(countTo(steps(trained).length));
    rmSync(path.dirname(trained.folder!), { recursive: true });
  });

  it('keeps all complete lines of a process that is killed', async () => {
    const run = start(
      path.join(project({ 'main.mjs': tfjs + endlessLoops['an awaited loop of trainOnBatch'] }), 'main.mjs'),
    );
    const folder = await run.folder;
    await run.message((message) => message.type === 'grown' && message.step > 20);
    const before = linesIn(folder).length;
    process.kill(run.pid!, 'SIGKILL');
    const trained = await run.result;
    expect(trained).toMatchObject({ exitCode: null, signal: 'SIGKILL', end: undefined });
    expect(trained.lines.length).toBeGreaterThanOrEqual(before);
    expect(steps(trained)).toEqual(countTo(steps(trained).length));
  });

  it('keeps all complete lines of a process that runs out of memory', async () => {
    const source = `${trains} const hoard = []; for (;;) hoard.push(new Array(1e5).fill(hoard.length));`;
    const entry = path.join(project({ 'main.mjs': source }), 'main.mjs');
    const trained = await train(entry, { nodeOptions: ['--max-old-space-size=128'] });
    expect(trained.exitCode).not.toBe(0);
    expect(trained.stderr).toContain('heap out of memory');
    expect(trained.end).toBeUndefined();
    expect(steps(trained).slice(0, 5)).toEqual(countTo(5));
  });
});

/** A disk of 64 KB, where the test may mount one. */
function smallDisk(): { mount(folder: string): void; unmount(folder: string): void } | null {
  const probe = project({});
  const disk = {
    mount: (folder: string) =>
      void execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' }),
    unmount: (folder: string) => void execFileSync('umount', [folder], { stdio: 'ignore' }),
  };
  try {
    disk.mount(probe);
    disk.unmount(probe);
    return disk;
  } catch {
    return null;
  }
}
