import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { project, removeProjects } from './project.ts';
import { train } from './trainScript.ts';

afterEach(removeProjects);

async function output(files: Readonly<Record<string, string>>, entry: string): Promise<string> {
  const trained = await train(path.join(project(files), entry));
  expect(trained, trained.stderr).toMatchObject({ exitCode: 0, stderr: '' });
  return trained.stdout.trim();
}

/** Twelve lines of types above the fault: what TypeScript makes of it has other lines. */
const throwsOnLine14 = `import type { Row } from './types.js';
enum Kind {
  first = 3,
}

interface Batch {
  rows: Row[];
  kind: Kind;
}

type Loss = (batch: Batch) => number;

const loss: Loss = (batch) => {
    throw new RangeError(\`no rows of kind \${batch.kind}\`);
};
loss({ rows: [], kind: Kind.first });
`;

describe('TypeScript', () => {
  it('runs enums, namespaces, parameter properties, generics and imports of types alone', async () => {
    const main = `
      import { Shape, double } from './shapes';
      import { type Label, labelOf } from './labels.js';
      enum Colour { Red = 'red', Blue = 'blue' }
      namespace Units { export const gram = 1e-3; }
      class Point<T extends number> { constructor(readonly x: T, private y = 2) {} sum() { return this.x + this.y; } }
      const shape: Shape = { sides: 3 } satisfies Shape;
      const label: Label = labelOf(shape.sides!);
      console.log(Colour.Blue, Units.gram, new Point(1).sum(), double(shape).sides, <string>label);`;
    const files = {
      'shapes.ts': `export interface Shape { sides: number } export const double = (s: Shape): Shape => ({ sides: 2 * s.sides });`,
      'labels.ts': `export type Label = string; export function labelOf(n: number): Label { return 'sides:' + n; }`,
      'main.ts': main,
      'package.json': '{}',
    };
    expect(await output(files, 'main.ts')).toBe('blue 0.001 3 6 sides:3');
    expect(await output({ ...files, 'package.json': '{ "type": "module" }' }, 'main.ts')).toBe(
      'blue 0.001 3 6 sides:3',
    );
    expect(await output({ ...files, 'package.json': '{ "type": "commonjs" }' }, 'main.ts')).toBe(
      'blue 0.001 3 6 sides:3',
    );
  });

  it('decides the format of a .ts file by its syntax where package.json does not say', async () => {
    const files = {
      'meta.ts': `import path from 'node:path'; console.log(typeof import.meta.url, path.sep.length);`,
      'await.ts': `import path from 'node:path'; console.log(await Promise.resolve(path.sep.length));`,
      'dirname.ts': `import path from 'node:path'; console.log(path.basename(__filename), require.main === module);`,
      'require.ts': `const path: typeof import('node:path') = require('node:path'); console.log(path.sep.length);`,
      'dynamic.cts': `import('./meta.mjs').then((meta: { url: string }) => console.log(typeof meta.url));`,
      'meta.mjs': 'export const url = import.meta.url;',
    };
    expect(await output(files, 'meta.ts')).toBe('string 1');
    expect(await output(files, 'await.ts')).toBe('1');
    expect(await output(files, 'dirname.ts')).toBe('dirname.ts true');
    expect(await output(files, 'require.ts')).toBe('1');
    expect(await output(files, 'dynamic.cts')).toBe('string');
  });

  it('imports between .mts, .cts, .ts, .js and folders, by every way of writing it', async () => {
    const files = {
      'main.mts': `
        import common, { a, E } from './common.cjs';
        import * as extensionless from './plain';
        import { written } from './plain.ts';
        import { js } from './script.js';
        import { inFolder } from './folder';
        console.log(a, E.x, typeof common, extensionless.written === written, js, inFolder);`,
      'common.cts': `import { js } from './other'; export const a = js + 1; export enum E { x = 5 }`,
      'other.cts': `export = { js: 1 };`,
      'plain.ts': `export const written: object = {};`,
      'script.js': `exports.js = 'javascript';`,
      'folder/index.ts': `export const inFolder = true;`,
    };
    expect(await output(files, 'main.mts')).toBe('2 5 object true javascript true');
  });

  it('follows the tsconfig.json that is near: decorators and class fields', async () => {
    const main = `
      const seen: string[] = [];
      function mark(target: object, key?: unknown): void {
        seen.push(typeof key === 'object' ? 'standard' : 'legacy');
      }
      class Base { set size(v: number) { seen.push('setter'); } }
      class Box extends Base { override size = 1; @mark run() {} }
      new Box();
      console.log(seen.join(' '));`;
    expect(await output({ 'main.ts': main }, 'main.ts')).toBe('standard');
    const legacy = JSON.stringify({
      compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false },
    });
    expect(await output({ 'main.ts': main, 'tsconfig.json': legacy }, 'main.ts')).toBe('legacy setter');
    const older = JSON.stringify({ compilerOptions: { experimentalDecorators: true, target: 'ES2020' } });
    expect(await output({ 'main.ts': main, 'tsconfig.json': older }, 'main.ts')).toBe('legacy setter');
    const extended = {
      'base.json': legacy,
      'tsconfig.json': '{ "extends": "./base.json", /* comment */ "files": [] }',
    };
    expect(await output({ 'main.ts': main, ...extended }, 'main.ts')).toBe('legacy setter');
  });
});

describe('positions in TypeScript', () => {
  it.each(['src/main.ts', 'src/main.mts', 'src/main.cts'])('are those of the source: %s', async (name) => {
    const folder = project({ [name]: throwsOnLine14, 'src/types.ts': 'export interface Row { x: number }' });
    const trained = await train(path.join(folder, name));
    expect(trained.exitCode).toBe(1);
    expect(trained.end).toMatchObject({
      state: 'failed',
      error: { message: 'RangeError: no rows of kind 3', position: { file: name, line: 14, column: 11 } },
    });
    const place = `${path.join(folder, name)}:14:11`;
    expect(trained.end?.error?.stack).toContain(place);
    expect(trained.stderr).toContain(place);
    expect(trained.stderr).toMatch(/:14\n\s+throw new RangeError/);
  });

  it('are right where the script formats stacks its own way', async () => {
    const own = `Error.prepareStackTrace = (e, frames) => e + frames.map((f) => '\\n    at ' + f).join('');`;
    const folder = project({ 'main.mts': throwsOnLine14.replace('enum Kind', `${own} enum Kind`) });
    const trained = await train(path.join(folder, 'main.mts'));
    expect(trained.end?.error?.position).toEqual({ file: 'main.mts', line: 14, column: 11 });
  });

  it('are those of the source of a compiled script, too', async () => {
    // `throw` on line 1 of main.js stands on line 3, column 5 of main.ts.
    const map = { version: 3, sources: ['src/main.ts'], names: [], mappings: 'AAEI', file: 'main.js' };
    const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
    const folder = project({ 'main.js': `throw new Error('compiled');\n//# sourceMappingURL=${url}\n` });
    const trained = await train(path.join(folder, 'main.js'));
    expect(trained.end?.error?.position).toEqual({ file: 'src/main.ts', line: 3, column: 5 });
  });
});
