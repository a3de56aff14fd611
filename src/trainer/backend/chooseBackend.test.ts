import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativePackages } from '../../../test/nativePackages.ts';
import { kernelsForEsbuild } from '../../../scripts/assembleKernels.mjs';

const native = '@tensorflow/tfjs-node';
const wasm = '@tensorflow/tfjs-backend-wasm';
// tfjs 4.22: wasm lacks 16 kernels that cpu has, and computes 13 wrongly.
const repairs = 'with 12 fast kernels, repaired matrix products, 13 corrected kernels, 5 added and 11 delegated to cpu';
const slowRepairs = 'with repaired matrix products, 13 corrected kernels, 2 added and 14 delegated to cpu';

let folder = '';
const execute = promisify(execFile);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'backend-'));
  await build({
    stdin: {
      contents: `
        import { createRequire } from 'node:module';
        import * as tf from '@tensorflow/tfjs';
        import { chooseBackend } from './chooseBackend.ts';
        const require = createRequire(process.cwd() + '/script.js');
        const loaded = [];
        const setUp = process.cwd() + '/set-up';
        const modules = {
          load: (specifier) => (loaded.push(specifier), require(specifier)),
          ...(require('node:fs').existsSync(setUp) ? { loadSetUp: () => (loaded.push('set up'), require(setUp)) } : {}),
        };
        const kernels = () => ['cpu', 'wasm', 'tensorflow'].flatMap((name) => tf.getKernelsForBackend(name));
        const before = kernels();
        const util = require('util');
        if (process.argv[4] === 'asNode23') { delete util.isArray; delete util.isNullOrUndefined; }
        let outcome;
        try {
          outcome = { decision: await chooseBackend(process.argv[2], tf, modules, process.argv[4] !== 'slow') };
        } catch (error) {
          outcome = { error: error.name + ': ' + error.message };
        }
        const after = kernels();
        Object.assign(outcome, {
          backend: tf.getBackend() ?? null,
          loaded,
          untouched: before.length === after.length && before.every((kernel, i) => kernel === after[i]),
          registered: tf.engine().backendNames(),
          listeners: ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event)),
        });
        console.log(JSON.stringify(outcome));
        if (process.argv[3] !== undefined) { await (0, eval)('(' + process.argv[3] + ')')(tf); }`,
      resolveDir: import.meta.dirname,
      loader: 'js',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    plugins: [kernelsForEsbuild],
    external: ['@tensorflow/*'],
    outfile: path.join(folder, 'choose.mjs'),
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

let projects = 0;

/** A project with tfjs, and with the packages named. */
async function project(options: {
  wasm: boolean;
  native?: keyof typeof nativePackages;
  setUp?: keyof typeof nativePackages;
}): Promise<string> {
  const cwd = path.join(folder, `project-${(projects += 1)}`);
  const packages = path.join(cwd, 'node_modules', '@tensorflow');
  await mkdir(packages, { recursive: true });
  const installed = options.wasm ? ['tfjs', 'tfjs-backend-wasm'] : ['tfjs'];
  for (const name of installed) {
    await symlink(path.resolve('node_modules/@tensorflow', name), path.join(packages, name), 'junction');
  }
  if (options.native !== undefined) {
    await mkdir(path.join(packages, 'tfjs-node'));
    await writeFile(path.join(packages, 'tfjs-node', 'index.js'), nativePackages[options.native]);
  }
  if (options.setUp !== undefined) {
    await mkdir(path.join(cwd, 'set-up'));
    await writeFile(path.join(cwd, 'set-up', 'index.js'), nativePackages[options.setUp]);
  }
  await copyFile(path.join(folder, 'choose.mjs'), path.join(cwd, 'choose.mjs'));
  return cwd;
}

interface Outcome {
  readonly decision?: { readonly asked: string; readonly name: string | null; readonly reason: string };
  readonly error?: string;
  readonly backend: string | null;
  readonly loaded: string[];
  readonly untouched: boolean;
  readonly registered: string[];
  readonly listeners: number[];
}

/** Chooses a backend in a process of its own. */
async function choose(cwd: string, asked: string, ...more: string[]): Promise<Outcome> {
  const { stdout } = await execute(process.execPath, ['choose.mjs', asked, ...more], { cwd });
  return JSON.parse(stdout.split('\n')[0] ?? '') as Outcome;
}

describe('auto', () => {
  it('begins on repaired wasm, and loads no tfjs-node', async () => {
    const outcome = await choose(await project({ wasm: true, native: 'working', setUp: 'working' }), 'auto');
    expect(outcome.decision).toEqual({ asked: 'auto', name: 'wasm', reason: `wasm, ${repairs}` });
    expect(outcome.backend).toBe('wasm');
    expect(outcome.loaded).toEqual([wasm]);
    expect(outcome.registered).not.toContain('tensorflow');
  });

  it('takes tfjs-node where wasm cannot be used, also on a Node.js without the old util functions', async () => {
    const outcome = await choose(await project({ wasm: false, native: 'working' }), 'auto', '() => {}', 'asNode23');
    expect(outcome.decision).toEqual({
      asked: 'auto',
      name: 'tensorflow',
      reason: `tfjs-node (${native} is installed and loads): ${wasm} is not installed`,
    });
    expect(outcome.backend).toBe('tensorflow');
    expect(outcome.loaded).toEqual([wasm, native]);
  });

  it('takes cpu where neither can be had', async () => {
    const outcome = await choose(await project({ wasm: false, native: 'never downloaded' }), 'auto');
    expect(outcome.decision).toEqual({
      asked: 'auto',
      name: 'cpu',
      reason:
        `cpu: ${wasm} is not installed, ` +
        `and ${native} is installed but does not load (its native library was never downloaded)`,
    });
    expect(outcome.backend).toBe('cpu');
  });
});

describe('the native backend that was set up for the user', () => {
  it.each([
    [undefined, `${native} is not installed`],
    ['never downloaded', `${native} is installed but does not load (its native library was never downloaded)`],
    ['built for another system', `${native} is installed but does not load (its native library does not fit this`],
    ['without a dependency', `${native} is installed but does not load (Cannot find module '@mapbox/`],
    ['failing on its first product', `${native} is installed but does not load (Kernel 'BatchMatMul' not registered`],
  ] as const)('is taken where the project has: %s', async (state, why) => {
    const cwd = await project({ wasm: true, setUp: 'working', ...(state === undefined ? {} : { native: state }) });
    const outcome = await choose(cwd, 'node', '() => {}', 'asNode23');
    expect(outcome.decision?.name).toBe('tensorflow');
    expect(outcome.decision?.reason).toContain(`tfjs-node, as asked: the one that was set up for you, because ${why}`);
    expect(outcome.decision?.reason).not.toContain('\n');
    expect(outcome.backend).toBe('tensorflow');
    expect(outcome.loaded).toEqual([native, 'set up']);
  });

  it("is not loaded where the project's own works", async () => {
    const outcome = await choose(await project({ wasm: true, native: 'working', setUp: 'working' }), 'node');
    expect(outcome.loaded).toEqual([native]);
  });

  it('is no reason for a training not to run where it fails, too', async () => {
    const outcome = await choose(await project({ wasm: false, setUp: 'failing on its first product' }), 'auto');
    expect(outcome.decision?.name).toBe('cpu');
    expect(outcome.decision?.reason).toContain(
      `, and ${native} is not installed, and the one that was set up does not load (Kernel 'BatchMatMul' not registered`,
    );
    expect(outcome.registered).not.toContain('tensorflow');
  });
});

describe('a backend asked for by name', () => {
  it('is taken where it works', async () => {
    const cwd = await project({ wasm: true, native: 'working' });
    expect((await choose(cwd, 'node')).decision).toEqual({
      asked: 'node',
      name: 'tensorflow',
      reason: `tfjs-node, as asked: ${native} is installed and loads`,
    });
    const onWasm = await choose(cwd, 'wasm');
    expect([onWasm.decision?.name, onWasm.backend, onWasm.loaded]).toEqual(['wasm', 'wasm', [wasm]]);
    expect(onWasm.decision?.reason).toBe(`wasm, as asked, ${repairs}`);
    const slow = await choose(cwd, 'wasm', '() => {}', 'slow');
    expect(slow.decision?.reason).toBe(`wasm, as asked, ${slowRepairs}`);
    const onCpu = await choose(cwd, 'cpu');
    expect([onCpu.decision?.name, onCpu.backend, onCpu.loaded]).toEqual(['cpu', 'cpu', []]);
  });

  it('is an error that says why not and what to do', async () => {
    const missing = await project({ wasm: false });
    expect((await choose(missing, 'node')).error).toBe(
      `BackendUnavailableError: The backend 'node' cannot be used: ${native} is not installed. ` +
        `Run 'npm install ${native}' or the command 'MTL: Set Up Native Backend', ` +
        `or choose the backend 'auto', which takes the fastest that works.`,
    );
    expect((await choose(missing, 'wasm')).error).toMatch(
      /^BackendUnavailableError: The backend 'wasm' cannot be used: .* is not installed\. Run 'npm install .*wasm@\d/,
    );
    const broken = await project({ wasm: true, native: 'never downloaded' });
    expect((await choose(broken, 'node')).error).toContain(
      `(its native library was never downloaded). Run 'npm rebuild ${native}'`,
    );
  });
});

describe('asWritten', () => {
  it('loads nothing, sets nothing and changes no kernel', async () => {
    const outcome = await choose(await project({ wasm: true, native: 'working' }), 'asWritten');
    expect(outcome).toMatchObject({
      decision: { asked: 'asWritten', name: null, reason: 'as the script chooses' },
      backend: null,
      loaded: [],
      untouched: true,
    });
    // The same check sees what the other choices change.
    expect((await choose(await project({ wasm: true }), 'wasm')).untouched).toBe(false);
  });
});

describe('the script that follows', () => {
  it('may set another backend', async () => {
    const cwd = await project({ wasm: true });
    const script = `async (tf) => {
      await tf.setBackend('cpu');
      if (tf.getBackend() !== 'cpu' || tf.ones([2, 3]).matMul(tf.ones([3, 1])).dataSync()[1] !== 3) process.exit(9);
    }`;
    await expect(choose(cwd, 'auto', script)).resolves.toMatchObject({ backend: 'wasm' });
  });

  it.each([
    ['throws', `(tf) => { setTimeout(() => { throw new Error('the script failed'); }); }`],
    ['rejects', `(tf) => { Promise.reject(new Error('the script failed')); }`],
  ])('fails as it would without the debugger where it %s', async (_, script) => {
    const cwd = await project({ wasm: true });
    expect((await choose(cwd, 'wasm')).listeners).toEqual([0, 0]);
    const failure: unknown = await choose(cwd, 'wasm', script).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Error: the script failed\n    at ') as string,
    });
    expect(failure).not.toMatchObject({ stderr: expect.stringContaining('tfjs-backend-wasm') as string });
  });

  it('sees no advice to install tfjs-node when wasm lends a kernel from cpu', async () => {
    const script = `(tf) => { tf.tidy(() => tf.real(tf.fft(tf.complex([1, 2], [0, 0]))).dataSync()); }`;
    const cwd = await project({ wasm: true });
    const { stderr } = await execute(process.execPath, ['choose.mjs', 'wasm', script], { cwd });
    expect(stderr).toBe('');
  });
});
