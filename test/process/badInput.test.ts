import { cpSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { builtPreload, project, removeProjects } from './project.ts';
import { train } from './trainScript.ts';
import { twoTasks } from './models.ts';

afterEach(removeProjects);

interface Fault {
  readonly files: Readonly<Record<string, string>>;
  readonly entry: string;
  readonly message: string;
  readonly position: { readonly file: string; readonly line: number; readonly column?: number } | null;
}

const faults: Record<string, Fault> = {
  'an error at load': {
    files: { 'main.mjs': `import './data.mjs';`, 'data.mjs': `const rows = null;\n\nrows.length;` },
    entry: 'main.mjs',
    message: 'TypeError: Cannot read properties of null',
    position: { file: 'data.mjs', line: 3, column: 6 },
  },
  'an error inside a package': {
    files: {
      'main.cjs': `const p = require('p');\np(1);`,
      'node_modules/p/index.js': `module.exports = () => { throw new Error('in p'); };`,
    },
    entry: 'main.cjs',
    message: 'Error: in p',
    position: { file: 'main.cjs', line: 2, column: 1 },
  },
  'a rejection nobody handles': {
    files: { 'main.mjs': `setTimeout(() => {}, 1e6);\nPromise.reject(new Error('lost'));` },
    entry: 'main.mjs',
    message: 'Error: lost',
    position: { file: 'main.mjs', line: 2, column: 16 },
  },
  'something thrown that is no error': {
    files: { 'main.mjs': `throw { code: 7 };` },
    entry: 'main.mjs',
    message: 'threw { code: 7 }',
    position: null,
  },
  'a syntax error in an ES module': {
    files: { 'main.mjs': `const a = 1;\nconst b = = 2;` },
    entry: 'main.mjs',
    message: 'SyntaxError: Unexpected token',
    position: { file: 'main.mjs', line: 2, column: 11 },
  },
  'a syntax error in a file that an ES module imports': {
    files: {
      'main.mjs': `import { a } from './lib/inner.mjs';`,
      'lib/inner.mjs': `import './fine.mjs';\nexport const a = = 1;`,
      'lib/fine.mjs': '',
    },
    entry: 'main.mjs',
    message: 'SyntaxError: Unexpected token',
    position: { file: 'lib/inner.mjs', line: 2, column: 18 },
  },
  'a syntax error in a CommonJS file that another requires': {
    files: { 'main.cjs': `require('./inner.cjs');`, 'inner.cjs': `\n\nlet x = );` },
    entry: 'main.cjs',
    message: 'SyntaxError: Unexpected token',
    position: { file: 'inner.cjs', line: 3, column: 9 },
  },
  'a syntax error in an ES module in TypeScript': {
    files: { 'main.mts': `import './inner.mjs';`, 'inner.mts': `interface A {}\n\nconst x: number = );` },
    entry: 'main.mts',
    message: 'SyntaxError: Expression expected',
    position: { file: 'inner.mts', line: 3, column: 19 },
  },
  'a syntax error in CommonJS in TypeScript': {
    files: { 'main.cts': `type A = 1;\nconst x: number = );` },
    entry: 'main.cts',
    message: 'SyntaxError: Expression expected',
    position: { file: 'main.cts', line: 2, column: 19 },
  },
  'an import of a missing package': {
    files: { 'main.mjs': `import fs from 'node:fs';\nimport x from 'no-such-package/inner';` },
    entry: 'main.mjs',
    message: "Cannot find package 'no-such-package'",
    position: { file: 'main.mjs', line: 2, column: 15 },
  },
  'an import of a missing file in TypeScript': {
    files: { 'main.mts': `interface A {}\n\nimport { a } from './gone.mjs';\nconsole.log(a);` },
    entry: 'main.mts',
    message: 'Cannot find module',
    position: { file: 'main.mts', line: 3, column: 19 },
  },
  'a require of a missing package': {
    files: { 'main.cjs': `\nconst x = require('no-such-package');` },
    entry: 'main.cjs',
    message: "Cannot find module 'no-such-package'",
    position: { file: 'main.cjs', line: 2, column: 11 },
  },
  'an import of a name that is not exported': {
    files: { 'main.mjs': `\nimport { nothing } from './other.mjs';`, 'other.mjs': 'export const a = 1;' },
    entry: 'main.mjs',
    message: "does not provide an export named 'nothing'",
    position: { file: 'main.mjs', line: 2 },
  },
};

describe('a script that fails', () => {
  it.each(Object.entries(faults))('by %s', async (_, { files, entry, message, position }) => {
    const folder = project(files);
    const trained = await train(path.join(folder, entry));
    expect(trained.exitCode).toBe(1);
    expect(trained.end).toMatchObject({ state: 'failed', exitCode: 1, steps: 0 });
    expect(trained.end?.error?.message).toContain(message);
    expect(trained.end?.reason).toContain(message.split('\n')[0]);
    if (position === null) {
      expect(trained.end?.error?.position).toBeNull();
    } else {
      expect(trained.end?.error?.position).toMatchObject(position);
    }
    // What Node itself prints stays.
    expect(trained.stderr).toMatch(/Node\.js v\d+/);
  });

  it('and handles its error itself, has not failed', async () => {
    const source = `process.on('uncaughtException', () => console.log('handled')); setTimeout(() => { throw new Error('x'); }, 1);`;
    const trained = await train(path.join(project({ 'main.mjs': source }), 'main.mjs'));
    expect(trained).toMatchObject({ exitCode: 0, stdout: 'handled\n' });
    expect(trained.end).toMatchObject({ state: 'finished', error: null });
  });

  it('by an await that never settles', async () => {
    const trained = await train(path.join(project({ 'main.mjs': 'await new Promise(() => {});' }), 'main.mjs'));
    expect(trained.exitCode).toBe(13);
    expect(trained.end).toMatchObject({ state: 'exited', exitCode: 13 });
  });
});

describe('no tfjs anywhere', () => {
  it('is said, with what to do, and the script does not run', async () => {
    const folder = project({ 'main.mjs': `console.log('ran')` });
    cpSync(path.dirname(builtPreload), path.join(folder, 'debugger', 'dist', 'trainer'), { recursive: true });
    const preload = path.join(folder, 'debugger', 'dist', 'trainer', 'preload.mjs');
    const trained = await train(path.join(folder, 'main.mjs'), { preload });
    expect(trained).toMatchObject({ exitCode: 1, stdout: '' });
    expect(trained.header).toMatchObject({ backend: { name: null }, versions: { tfjs: null } });
    expect(trained.end).toMatchObject({ state: 'failed', exitCode: 1, steps: 0 });
    for (const text of [trained.stderr, trained.end?.reason]) {
      expect(text).toContain('No tfjs was found');
      expect(text).toContain('npm install @tensorflow/tfjs');
    }
  });
});

describe('a script that exits', () => {
  const inFit = (onEpochEnd: string) => `import * as tf from '@tensorflow/tfjs';${twoTasks}
    await model.fit(x, y, { epochs: 9, verbose: 0, callbacks: { onEpochEnd: (epoch) => { ${onEpochEnd} } } });`;

  it('in the middle of fit keeps what was measured', async () => {
    const source = inFit('if (epoch === 2) process.exit(0);');
    const trained = await train(path.join(project({ 'main.mjs': source }), 'main.mjs'));
    expect(trained.exitCode).toBe(0);
    expect(trained.end).toMatchObject({ state: 'exited', exitCode: 0, steps: 3, observed: 3 });
    expect(trained.end?.reason).toContain('in the middle of fit');
    expect(trained.lines.filter(({ type }) => type === 'step')).toHaveLength(3);
  });

  it('with an error in the middle of fit names the line', async () => {
    const source = inFit(`\n if (epoch === 1) throw new Error('enough');`);
    const trained = await train(path.join(project({ 'main.mjs': source }), 'main.mjs'));
    const line = source.split('\n').findIndex((text) => text.includes('enough')) + 1;
    expect(trained.end).toMatchObject({ state: 'failed', steps: 2, error: { position: { file: 'main.mjs', line } } });
    expect(trained.lines.filter(({ type }) => type === 'step')).toHaveLength(2);
  });

  it('after training has finished', async () => {
    const trained = await train(path.join(project({ 'main.mjs': `${inFit('')} process.exit(0);` }), 'main.mjs'));
    expect(trained.end).toMatchObject({ state: 'finished', exitCode: 0, steps: 9, observed: 9 });
  });
});
