import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { linkTfjs, project, removeProjects } from './project.ts';
import { train } from './trainScript.ts';

afterEach(removeProjects);

const require = createRequire(import.meta.url);

/** Says as JSON what a script can know of how it was started. */
const commonJs = `console.log(JSON.stringify({
  argv: process.argv.slice(1), main: require.main === module, filename: __filename, cwd: process.cwd(),
  env: process.env.COLOUR, ours: Object.keys(process.env).filter((name) => /^MTL_DEBUGGER(?!_NATIVE_CACHE)/.test(name)), execArgv: process.execArgv,
}));`;
const esModule = `console.log(JSON.stringify({
  argv: process.argv.slice(1), main: import.meta.url === require('url').pathToFileURL(process.argv[1]).href,
  filename: import.meta.filename ?? null, cwd: process.cwd(), env: process.env.COLOUR,
  ours: Object.keys(process.env).filter((name) => /^MTL_DEBUGGER(?!_NATIVE_CACHE)/.test(name)), execArgv: process.execArgv,
}));`;
const withRequire = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);\n`;

describe('a script under observation', () => {
  it.each([
    ['main.cjs', commonJs],
    ['main.js', commonJs],
    ['main.mjs', withRequire + esModule],
    ['main.cts', commonJs],
    ['main.ts', commonJs],
    ['main.mts', withRequire + esModule],
  ])('%s finds itself as `node FILE` would run it', async (name, source) => {
    const folder = project({ [`src/${name}`]: source });
    const env = { ...process.env, COLOUR: 'green' };
    const entry = path.join(folder, 'src', name);
    const trained = await train(entry, { args: ['--epochs', '3 4'], env });
    expect(trained).toMatchObject({ exitCode: 0, stderr: '' });
    const seen: unknown = JSON.parse(trained.stdout);
    const expected = {
      argv: [entry, '--epochs', '3 4'],
      main: true,
      cwd: folder,
      env: 'green',
      ours: [],
      execArgv: [],
    };
    expect(seen).toMatchObject(expected);
    expect(trained.header).toMatchObject({
      entry: `src/${name}`,
      args: ['--epochs', '3 4'],
      cwd: folder,
      pid: expect.any(Number) as number,
    });

    if (/js$/.test(name)) {
      const plain = await promisify(execFile)(process.execPath, [entry, '--epochs', '3 4'], { cwd: folder, env });
      expect(JSON.parse(plain.stdout)).toEqual(seen);
    }
  });

  it('works in the folder of its own where no package.json is above it', async () => {
    const folder = project({ 'inner/main.mjs': 'console.log(process.cwd())' });
    const trained = await train(path.join(folder, 'inner', 'main.mjs'), { cwd: path.join(folder, 'inner') });
    expect(trained.stdout.trim()).toBe(path.join(folder, 'inner'));
    expect(trained.folder).toMatch(/inner[\\/]\.mtl[\\/]runs[\\/]\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-main$/);
  });

  it('keeps its exit status', async () => {
    const folder = project({ 'main.mjs': 'process.exitCode = 7' });
    const trained = await train(path.join(folder, 'main.mjs'));
    expect(trained.exitCode).toBe(7);
    expect(trained.end).toMatchObject({ state: 'exited', exitCode: 7 });
    expect(trained.end?.reason).toContain('exit status 7');
  });

  it('starts child processes, forks and worker threads that are none of ours', async () => {
    const folder = project({
      'other.cjs': `console.log('other', Object.keys(process.env).filter((n) => /^MTL_DEBUGGER(?!_NATIVE_CACHE)/.test(n)).length, process._getActiveHandles().length >= 0)`,
      'main.cjs': `
        const { Worker } = require('worker_threads'), { fork, execFileSync } = require('child_process');
        console.log(String(execFileSync(process.execPath, ['other.cjs'])).trim());
        fork('other.cjs').on('exit', (code) => {
          new Worker('./other.cjs').on('exit', (code2) => console.log('codes', code, code2));
        });`,
    });
    const trained = await train(path.join(folder, 'main.cjs'));
    expect(trained.stdout.trim().split('\n')).toEqual(['other 0 true', 'other 0 true', 'other 0 true', 'codes 0 0']);
    expect(trained.lines.filter(({ type }) => type === 'header')).toHaveLength(1);
    expect(trained.end?.state).toBe('finished');
  });

  it('says that it never trains', async () => {
    const trained = await train(path.join(project({ 'main.mjs': '' }), 'main.mjs'));
    expect(trained.end).toMatchObject({ state: 'finished', steps: 0, observed: 0, exitCode: 0 });
    expect(trained.end?.reason).toContain('no training step was seen');
  });
});

describe('the tfjs of a script', () => {
  const which = `import * as tf from '@tensorflow/tfjs'; import { createRequire } from 'node:module';
    console.log(createRequire(import.meta.url).resolve.paths === undefined, tf.version.tfjs, tf.ours === undefined);`;

  it("is its own project's where it has one", async () => {
    const folder = project({ 'main.mjs': which });
    linkTfjs(folder);
    const trained = await train(path.join(folder, 'main.mjs'));
    expect(trained).toMatchObject({ exitCode: 0, stderr: '' });
    expect(trained.lines.filter(({ type }) => type === 'event')).toEqual([]);
  });

  it("is the debugger's where the project has none, which is said", async () => {
    const trained = await train(path.join(project({ 'main.mjs': which }), 'main.mjs'));
    expect(trained.exitCode).toBe(0);
    const notice = expect.stringContaining("the debugger's own copy") as string;
    expect(trained.lines).toContainEqual(expect.objectContaining({ type: 'event', kind: 'notice', message: notice }));
    expect(trained.messages).toContainEqual({ type: 'notice', message: notice });
  });

  it.each(['import', 'require'] as const)('is what the runtime library uses, by %s', async (way) => {
    const name = way === 'import' ? 'main.mjs' : 'main.cjs';
    const load = {
      import: `import * as tf from '@tensorflow/tfjs'; import * as mtl from 'mtl-debugger';`,
      require: `const tf = require('@tensorflow/tfjs'), mtl = require('mtl-debugger');`,
    };
    const real = JSON.stringify(require.resolve('@tensorflow/tfjs'));
    const theirs = `module.exports = { ...require(${real}), engine: () => {
      globalThis.engineCalls = (globalThis.engineCalls ?? 0) + 1; return require(${real}).engine(); } };`;
    const folder = project({
      [name]: `${load[way]} const before = globalThis.engineCalls; mtl.stopGradient(tf.ones([2]));
        console.log(globalThis.engineCalls > before);`,
      'node_modules/@tensorflow/tfjs/package.json': '{ "main": "index.js", "version": "4.22.0" }',
      'node_modules/@tensorflow/tfjs/index.js': theirs,
    });
    const trained = await train(path.join(folder, name));
    expect(trained).toMatchObject({ exitCode: 0, stdout: 'true\n' });
  });
});

describe('@tensorflow/tfjs-node', () => {
  const uses = `import * as tf from '@tensorflow/tfjs-node'; tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])));
    console.log(tf.getBackend(), typeof tf.node);`;
  const requires = `const tf = require('@tensorflow/tfjs-node-gpu'); tf.ones([1]); console.log(tf.getBackend(), typeof tf.io.fileSystem);`;

  it.each(['auto', 'cpu', 'asWritten'] as const)('is stood in for where it is missing, backend %s', async (backend) => {
    const trained = await train(path.join(project({ 'main.mjs': uses }), 'main.mjs'), { backend });
    expect(trained).toMatchObject({ exitCode: 0, stdout: `${backend === 'auto' ? 'wasm' : 'cpu'} object\n` });
    const required = await train(path.join(project({ 'main.cjs': requires }), 'main.cjs'), { backend });
    expect(required).toMatchObject({ exitCode: 0, stdout: `${backend === 'auto' ? 'wasm' : 'cpu'} function\n` });
  });

  it.each(['auto', 'asWritten'] as const)('is stood in for where it does not load, backend %s', async (backend) => {
    const broken = {
      'node_modules/@tensorflow/tfjs-node/package.json': '{ "main": "index.js" }',
      'node_modules/@tensorflow/tfjs-node/index.js': `throw new Error('no native library here');`,
    };
    const trained = await train(path.join(project({ ...broken, 'main.mjs': uses }), 'main.mjs'), { backend });
    expect(trained.exitCode).toBe(0);
    expect(trained.stdout).toBe(`${backend === 'auto' ? 'wasm' : 'cpu'} object\n`);
    if (backend === 'auto') {
      expect(trained.header.backend).toMatchObject({ name: 'wasm', asked: 'auto' });
      expect(trained.lines.filter(({ type }) => type === 'backend')).toEqual([
        {
          type: 'backend',
          step: 1,
          name: 'wasm',
          reason:
            'The script imports @tensorflow/tfjs-node: ' +
            '@tensorflow/tfjs-node is installed but does not load (no native library here).',
        },
      ]);
    }
  });

  it.each([
    ['auto', 'tensorflow', true],
    ['node', 'tensorflow', true],
    ['asWritten', 'tensorflow', true],
    ['cpu', 'cpu', false],
  ] as const)('that loads is used as it is, and left out for another backend: %s', async (backend, name, theirs) => {
    // A native package as far as the loader can tell: a backend of that name, with the kernels of cpu.
    const native = `const tf = require('@tensorflow/tfjs');
      tf.getKernelsForBackend('cpu').forEach((kernel) => tf.registerKernel({ ...kernel, backendName: 'tensorflow' }));
      tf.registerBackend('tensorflow', tf.findBackendFactory('cpu'));
      tf.setBackend('tensorflow');
      module.exports = { ...tf, theirs: true };`;
    const folder = project({
      'node_modules/@tensorflow/tfjs-node/package.json': '{ "main": "index.js" }',
      'node_modules/@tensorflow/tfjs-node/index.js': native,
      'main.cjs': `const tf = require('@tensorflow/tfjs-node'); tf.ones([1]);
        import('@tensorflow/tfjs-node').then((again) => console.log(tf.getBackend(), tf.theirs === true, again.default === tf));`,
    });
    linkTfjs(folder);
    const trained = await train(path.join(folder, 'main.cjs'), { backend });
    expect(trained, trained.stderr).toMatchObject({ exitCode: 0, stdout: `${name} ${theirs} true\n` });
    expect(trained.header.backend.name).toBe({ asWritten: null, auto: 'wasm', node: name, cpu: name }[backend]);
    expect(trained.lines.filter(({ type }) => type === 'backend')).toMatchObject(
      backend === 'auto' ? [{ step: 1, name: 'tensorflow' }] : [],
    );
  });

  it('asked for and missing, ends the run before it begins', async () => {
    const folder = project({ 'main.mjs': `console.log('never')` });
    mkdirSync(path.join(folder, 'node_modules'));
    const trained = await train(path.join(folder, 'main.mjs'), { backend: 'node' });
    expect(trained).toMatchObject({ exitCode: 1, stdout: '' });
    expect(trained.header.backend.name).toBeNull();
    expect(trained.end).toMatchObject({ state: 'failed', exitCode: 1, steps: 0 });
    expect(trained.stderr).toContain("The backend 'node' cannot be used");
  });
});
