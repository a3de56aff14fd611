import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nativeFolder, packageFolder } from '../../src/native/nativeCache.ts';
import { processLives } from '../../src/processes/processLives.ts';
import { contentOf, libraries } from './fakeTools.ts';
import { buildSetUp, Machine } from './setUpChild.ts';

// On Windows the set-up only says what to do.
const onUnix = describe.skipIf(process.platform === 'win32');

let removeCommand: () => void = () => undefined;
beforeAll(async () => {
  removeCommand = await buildSetUp();
});
afterAll(() => removeCommand());

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => machine.dispose());

/** What is in the cache. */
const left = (): string[] => (existsSync(machine.root) ? readdirSync(machine.root) : []);
const target = (): string => nativeFolder(machine.root);
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

onUnix('the set-up of the native backend', () => {
  it('tells size and source, brings what is needed and no more, and leaves nothing beside it', async () => {
    const { status, messages } = await machine.run();
    expect(status).toBe(0);
    expect(messages[0]).toMatchObject({
      type: 'plan',
      plan: { wheel: 'tensorflow-fake 1.0', folder: target(), there: false },
    });
    const steps = messages.flatMap((message) => (message.type === 'progress' ? [message.step] : []));
    expect([...new Set(steps)]).toEqual(['check', 'packages', 'wheel', 'unpack', 'build', 'try']);
    expect(messages.at(-1)).toEqual({ type: 'done', folder: packageFolder(target()), already: false });
    expect(left()).toEqual([path.basename(target())]);
    expect(filesIn(target())).toEqual(
      [
        'machine.json',
        'package-lock.json',
        'package.json',
        'node_modules/@tensorflow/tfjs/dist/tf.node.js',
        'node_modules/@tensorflow/tfjs/package.json',
        'node_modules/@tensorflow/tfjs-node/index.js',
        'node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node',
        'node_modules/@tensorflow/tfjs-node/package.json',
        ...libraries.map((name) => `node_modules/@tensorflow/tfjs-node/deps/lib/${name}`),
      ].sort(),
    );
    for (const name of libraries) {
      expect(
        readFileSync(path.join(packageFolder(target()), 'deps', 'lib', name)).equals(contentOf(name) as never),
      ).toBe(true);
    }
  });

  it('keeps one that is there and works, without any program', async () => {
    await machine.run();
    const bare = { PATH: '/nowhere' };
    expect((await machine.run(bare)).messages.at(-1)).toMatchObject({ type: 'done', already: true });
    expect((await machine.run(bare, ['--yes', '--anew'])).last).toBe('failed');
    // What failed took nothing away.
    expect((await machine.run(bare)).messages.at(-1)).toMatchObject({ type: 'done', already: true });
  });

  it('replaces one that is there and does not work', async () => {
    await machine.run();
    const binding = path.join(packageFolder(target()), 'lib', 'napi-v8', 'tfjs_binding.node');
    execFileSync('rm', [binding]);
    expect((await machine.run()).messages.at(-1)).toMatchObject({ type: 'done', already: false });
    expect(existsSync(binding)).toBe(true);
    expect(left()).toEqual([path.basename(target())]);
  });

  it('waits to be told, and fetches nothing where it is not', async () => {
    const asked = machine.start({}, []);
    asked.child.stdin?.end('no\n');
    expect(await asked.ended).toMatchObject({ status: 130, last: 'cancelled' });
    expect(left()).toEqual([]);
    const told = machine.start({}, []);
    told.child.stdin?.write('yes\n');
    expect(await told.ended).toMatchObject({ status: 0, last: 'done' });
  });
});

onUnix('a set-up that cannot be', () => {
  it.each([
    [
      'no network for npm',
      { FAKE_NPM: 'offline' },
      /^npm could not fetch the packages .*\(npm error network request .*registry that npm/,
    ],
    [
      'a package with another hash',
      { FAKE_NPM: 'integrity' },
      /^What npm fetched is not what was published: .*integrity/,
    ],
    ['a disk that npm fills', { FAKE_NPM: 'full' }, /^There is not enough room in .*: the disk became full\./],
    [
      'no network for pip',
      { FAKE_PIP: 'offline' },
      /^pip could not fetch TensorFlow's wheel tensorflow-fake==1\.0 \(ERROR: Could not find/,
    ],
    [
      'a wheel with another hash',
      { FAKE_PIP: 'wrong' },
      /its SHA-256 is [0-9a-f]{64}, and should be [0-9a-f]{64}\. Nothing of it is kept\.$/,
    ],
    ['no pip', { FAKE_PIP: 'absent' }, /^Python is here, but its pip is missing/],
    [
      'a compiler without its headers',
      { FAKE_CXX: 'broken' },
      /^The C\+\+ compiler c\+\+ does not work: .*fatal error: string/,
    ],
    [
      'a binding that does not compile',
      { FAKE_CXX: 'fails' },
      /^The C\+\+ compiler could not build the binding of tfjs-node: .*nothing to be had/,
    ],
    [
      'a library that ends the process',
      { FAKE_NATIVE: 'crash' },
      /^TensorFlow's library does not run on this machine: it ended with SIGILL\.$/,
    ],
    [
      'a library that does not load',
      { FAKE_NATIVE: 'throws' },
      /^The native backend was built, and does not work: .*GLIBC_9\.99 not found/,
    ],
  ])('says so and leaves nothing: %s', async (_, env, sentence) => {
    const { status, failure } = await machine.run(env as Record<string, string>);
    expect(status).toBe(1);
    expect(failure).toMatch(sentence);
    expect(failure).not.toContain('\n');
    expect(left()).toEqual([]);
  });

  it.each([
    [['npm', 'c++'], /^Python is missing: its pip fetches TensorFlow's library, so install Python 3 with pip\.$/],
    [['npm', 'python3'], /^A C\+\+ compiler is missing: install g\+\+ or clang/],
    [['python3', 'c++'], /^npm is missing: /],
    [[], /^Python is missing: .* A C\+\+ compiler is missing: .* npm is missing: /],
  ] as const)('names every program that is missing: only %s are there', async (programs, sentence) => {
    machine.dispose();
    machine = new Machine(programs);
    const { status, failure } = await machine.run();
    expect(status).toBe(1);
    expect(failure).toMatch(sentence);
    expect(left()).toEqual([]);
  });

  it('looks for room before it fetches anything', async () => {
    machine.release = { ...machine.release, packagesBytes: 1e15 };
    const { failure } = await machine.run();
    expect(failure).toMatch(
      /^There is not enough room in .*: the set-up needs 10000000\d\d MB, and \d+ MB are free\.$/,
    );
    expect(left()).toEqual([]);
  });

  it('has no place: a cache that cannot be made', async () => {
    machine.root = path.join(machine.folder, 'file', 'cache');
    writeFileSync(path.join(machine.folder, 'file'), '');
    expect((await machine.run()).failure).toMatch(/^The folder .* cannot be made: /);
  });

  it('is on a system that TensorFlow has no wheel for', async () => {
    machine.release = { ...machine.release, wheels: {} };
    const { failure } = await machine.run();
    expect(failure).toBe(
      `TensorFlow has no library for ${process.platform} on ${process.arch}: training runs on wasm here.`,
    );
    expect(existsSync(machine.root)).toBe(false);
  });

  it('meets a disk that is full half-way', async (context) => {
    const disk = path.join(machine.folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('A small disk cannot be mounted here.');
    }
    try {
      machine.root = disk;
      const { failure, status } = await machine.run({ FAKE_PIP: 'large' });
      expect([status, failure]).toEqual([
        1,
        `There is not enough room in ${disk}: the disk became full. Nothing was kept.`,
      ]);
      expect(left()).toEqual([]);
      expect((await machine.run()).last).toBe('done');
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

onUnix('a set-up that is broken off', () => {
  const hangs = [
    ['npm', { FAKE_NPM: 'hang' }],
    ['pip', { FAKE_PIP: 'hang' }],
    ['the compiler', { FAKE_CXX: 'hang' }],
  ] as const;

  it.each(hangs)('ends %s and leaves nothing when it is cancelled', async (_, env) => {
    for (const way of ['signal', 'stdin'] as const) {
      const { child, ended } = machine.start(env);
      const tool = await machine.hanging();
      if (way === 'signal') {
        child.kill('SIGINT');
      } else {
        child.stdin?.end();
      }
      expect(await ended).toMatchObject({ status: 130, last: 'cancelled' });
      expect(processLives(tool)).toBe(false);
      expect(left()).toEqual([]);
    }
  });

  it.each(hangs)('leaves nothing that stays when it is killed while %s runs', async (_, env) => {
    const { child, ended } = machine.start(env);
    const tool = await machine.hanging();
    child.kill('SIGKILL');
    expect((await ended).status).toBe('SIGKILL');
    process.kill(tool, 'SIGKILL');
    // Half of it is there, and none of it is taken for a native backend.
    expect(left().some((name) => name.startsWith('staging-'))).toBe(true);
    expect(existsSync(target())).toBe(false);
    expect((await machine.run()).last).toBe('done');
    expect(left()).toEqual([path.basename(target())]);
  });

  it('is done by one process at a time', async () => {
    const first = machine.start({ FAKE_PIP: 'hang' });
    const tool = await machine.hanging();
    const { failure } = await machine.run();
    expect(failure).toBe(
      `Another process (${String(first.child.pid)}) is setting the native backend up: wait until it has ended.`,
    );
    expect(processLives(tool)).toBe(true);
    first.child.kill('SIGTERM');
    expect((await first.ended).last).toBe('cancelled');
    // Many at once: one does it, and each other is told of it or finds it done.
    const all = await Promise.all(Array.from({ length: 4 }, () => machine.run()));
    expect(all.filter(({ messages }) => messages.some((each) => each.type === 'done' && !each.already))).toHaveLength(
      1,
    );
    all.forEach(({ failure, last }) => expect(last === 'done' || failure.startsWith('Another process')).toBe(true));
    await wait(0);
    expect(left()).toEqual([path.basename(target())]);
  });
});
