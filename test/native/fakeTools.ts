import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { NativeRelease } from '../../src/native/release.ts';
import { writeZip } from './writeZip.ts';

/** How the stand-ins of npm, pip and the compiler behave. Each is a program of its own, and the only ones on the PATH. */
export interface FakeTools {
  /** Holds nothing but the programs. */
  readonly bin: string;
  /** A release whose wheel the fake pip hands out. */
  readonly release: NativeRelease;
}

const headers = ['tensorflow/c/c_api.h', 'tensorflow/tsl/c/tsl_status.h', 'tensorflow/core/kernel.h'];

export const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** What a library of the fake wheel holds. */
export const contentOf = (library: string): Buffer => Buffer.from(`${library} `.repeat(5000));

/** What the fake npm installs as tfjs-node: it works where everything that a set-up makes is at its place. */
const fakeNative = `
const { existsSync } = require('node:fs');
const { join } = require('node:path');
if (process.env.FAKE_NATIVE === 'crash') process.kill(process.pid, 'SIGILL');
if (process.env.FAKE_NATIVE === 'throws') throw new Error('GLIBC_9.99 not found');
for (const file of ['lib/napi-v8/tfjs_binding.node', ${libraries.map((name) => `'deps/lib/${name}'`).join(', ')}]) {
  if (!existsSync(join(__dirname, file))) throw new Error(file + ' is missing');
}
if (!require('@tensorflow/tfjs').there) throw new Error('no tfjs');
module.exports = { getBackend: () => 'tensorflow', tensor2d: (x) => x, matMul: () => ({ dataSync: () => [19, 22, 43, 50] }) };
`;

const programs = {
  npm: `
    if (args[0] === '--version') end(0);
    behave('NPM', {
      offline: 'npm error code ENOTFOUND\\nnpm error network request to the registry failed, reason: getaddrinfo ENOTFOUND',
      integrity: 'npm error code EINTEGRITY\\nnpm error sha512-x integrity checksum failed',
      full: 'npm error code ENOSPC\\nnpm error syscall write',
    });
    if (!args.includes('--ignore-scripts')) end(9);
    const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
    if (lock.fake !== true) end(9);
    const put = (file, text) => { fs.mkdirSync(path.dirname(file), { recursive: true }); fs.writeFileSync(file, text); };
    const scope = 'node_modules/@tensorflow/';
    put(scope + 'tfjs-node/package.json', '{ "main": "index.js" }');
    put(scope + 'tfjs-node/index.js', ${JSON.stringify(fakeNative)});
    put(scope + 'tfjs/package.json', '{ "main": "dist/tf.node.js" }');
    put(scope + 'tfjs/dist/tf.node.js', 'exports.there = true;');
    put(scope + 'tfjs/dist/tf.js', 'for browsers');`,
  python3: `
    if (args[0] === '--version' || args[2] === '--version') end(process.env.FAKE_PIP === 'absent' && args[2] ? 1 : 0);
    behave('PIP', { offline: 'WARNING: Retrying\\nERROR: Could not find a version that satisfies the requirement tensorflow-fake' });
    const wheel = process.env.FAKE_PIP === 'wrong' ? Buffer.from('something else') : fs.readFileSync(path.join(bin, '..', 'wheel'));
    if (process.env.FAKE_PIP === 'large') {
      try { fs.writeFileSync(path.join(process.env.TMPDIR, 'part'), Buffer.alloc(8e6)); }
      catch (error) { console.error('ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device'); end(1); }
    }
    fs.writeFileSync(path.join(args[args.indexOf('--dest') + 1], 'fake.whl'), wheel);`,
  'c++': `
    const tried = args.some((arg) => arg.endsWith('try.cc'));
    if (tried === (process.env.FAKE_CXX === 'broken')) { if (tried) { console.error('x.cc:1: fatal error: string: No such file'); end(1); } }
    if (!tried) behave('CXX', { fails: 'binding/tfjs_backend.cc:7:10: fatal error: nothing to be had' });
    fs.writeFileSync(args[args.indexOf('-o') + 1], 'built');`,
} as const;

export type Program = keyof typeof programs;

/**
 * Makes the programs in `folder`. In the environment of a set-up FAKE_NPM, FAKE_PIP, FAKE_CXX and FAKE_NATIVE say how they fail;
 * `hang` stands for ever, after it has written its process number to the file FAKE_HANGS.
 */
export function makeFakeTools(folder: string, wanted: readonly Program[] = ['npm', 'python3', 'c++']): FakeTools {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of wanted) {
    const file = path.join(bin, name);
    writeFileSync(
      file,
      `#!${process.execPath}
const fs = require('node:fs'), path = require('node:path');
const [args, bin] = [process.argv.slice(2), __dirname];
const end = (status) => process.exit(status);
const behave = (tool, faults) => {
  const mode = process.env['FAKE_' + tool];
  if (mode === 'hang') {
    fs.writeFileSync(process.env.FAKE_HANGS + '.new', String(process.pid));
    fs.renameSync(process.env.FAKE_HANGS + '.new', process.env.FAKE_HANGS);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  if (faults[mode]) { console.error(faults[mode]); end(1); }
};
${programs[name]}
`,
    );
    chmodSync(file, 0o755);
  }
  const wheel = writeZip([
    ...headers.map((name) => ({ name: `tensorflow/include/${name}`, content: Buffer.from(name) })),
    ...libraries.map((name) => ({ name: `tensorflow/${name}`, content: contentOf(name) })),
    { name: 'tensorflow/__init__.py', content: Buffer.from('not needed') },
  ]);
  writeFileSync(path.join(folder, 'wheel'), new Uint8Array(wheel));
  return {
    bin,
    release: {
      tfjsNode: '4.22.0',
      napi: 8,
      packages: { manifest: {}, lock: { fake: true } },
      packagesDownload: 1,
      packagesBytes: 1,
      packagesKept: 1,
      python: '3.11',
      wheels: {
        [`${process.platform}-${process.arch}`]: {
          distribution: 'tensorflow-fake',
          version: '1.0',
          pipPlatform: 'any',
          sha256: createHash('sha256').update(new Uint8Array(wheel)).digest('hex'),
          bytes: wheel.length,
          unpackedBytes: 1,
          libraries,
          beside: [],
        },
      },
    },
  };
}
