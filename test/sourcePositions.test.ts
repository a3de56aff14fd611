import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { transformSync } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expressionAt, nameAt, parseSource } from '../src/core/source/index.ts';

/**
 * Positions as V8 itself gives them: each snippet runs in a real Node process, where `here` (and what is built from it)
 * records the frame of the code that called it.
 */
const prelude = `
const frames = [];
const record = () => {
  const frame = new Error().stack.split('\\n').find((line) => line.includes('snippet.'));
  const [, line, column] = /:(\\d+):(\\d+)\\)?$/.exec(frame) ?? [];
  frames.push([Number(line), Number(column)]);
};
const tensor = { other: () => tensor, get seen() { record(); return tensor; } };
tensor.here = tensor.mul = () => (record(), tensor);
globalThis.x = tensor;
globalThis.tf = { ...tensor, quiet: () => tensor, tidy: (f) => f(), lib: { here: tensor.here, Here: class { constructor() { record(); } } } };
globalThis.here = tensor.here;
globalThis.Here = tf.lib.Here;
globalThis.make = () => tensor.here;
globalThis.later = async () => { await null; record(); return tensor; };
globalThis.key = 'here';
`;

interface Snippet {
  readonly code: string;
  /** For each recorded frame the expression there and the name that keeps its value. */
  readonly frames: readonly (readonly [expression: string, name: string | null])[];
}

const chain = 'x\n    .here(1)\n    .mul(2)';
const snippets: readonly Snippet[] = [
  { code: 'const a = tf.here(x);', frames: [['tf.here(x)', 'a']] },
  { code: 'const a = here(x);', frames: [['here(x)', 'a']] },
  { code: 'const a = tf /* the */ . /* op */ here (x);', frames: [['tf /* the */ . /* op */ here (x)', 'a']] },
  { code: 'const a = tf.lib.here(x);', frames: [['tf.lib.here(x)', 'a']] },
  {
    code: 'const a = x.here(1).mul(2);',
    frames: [
      ['x.here(1)', 'a'],
      ['x.here(1).mul(2)', 'a'],
    ],
  },
  {
    code: `const a = ${chain};`,
    frames: [
      ['x\n    .here(1)', 'a'],
      [chain, 'a'],
    ],
  },
  { code: 'const a = new Here(1);', frames: [['new Here(1)', 'a']] },
  { code: 'const a = new tf.lib.Here(1);', frames: [['new tf.lib.Here(1)', 'a']] },
  { code: 'const a = new Here;', frames: [['new Here', 'a']] },
  { code: 'class B extends Here { constructor() { super(1); } }\nnew B();', frames: [['super(1)', null]] },
  { code: 'const a = here`x${1}y`;', frames: [['here`x${1}y`', 'a']] },
  { code: 'const a = tf.lib.here`x`;', frames: [['tf.lib.here`x`', 'a']] },
  { code: 'const a = tf["here"](x);', frames: [['tf["here"](x)', 'a']] },
  { code: 'const a = tf[key](x);', frames: [['tf[key](x)', 'a']] },
  { code: 'const a = x?.here(1);', frames: [['x?.here(1)', 'a']] },
  { code: 'const a = x.here?.(1);', frames: [['x.here?.(1)', 'a']] },
  { code: 'const a = here?.(1);', frames: [['here?.(1)', 'a']] },
  { code: 'const a = make()(1);', frames: [['make()(1)', 'a']] },
  { code: 'const a = (0, tf.here)(1);', frames: [['(0, tf.here)(1)', 'a']] },
  { code: 'const a = (here)(1);', frames: [['(here)(1)', 'a']] },
  { code: 'const a = here(...[1]);', frames: [['here(...[1])', 'a']] },
  { code: 'const a = x.seen;', frames: [['x.seen', 'a']] },
  { code: 'const a = x["seen"];', frames: [['x["seen"]', 'a']] },
  { code: 'const a = x.seen.other(1);', frames: [['x.seen', 'a']] },
  { code: 'const a = tf.quiet(here(x), 2);', frames: [['here(x)', 'a']] },
  { code: 'const a = tf.tidy(() => x.here(1));', frames: [['x.here(1)', 'a']] },
  { code: 'const a = tf.tidy(() => {\n  const p = x.other();\n  return p.here(1);\n});', frames: [['p.here(1)', 'a']] },
  { code: 'const a = (() => here(1))();', frames: [['here(1)', 'a']] },
  { code: 'function loss(y) {\n\treturn tf.here(y);\n}\nloss(1);', frames: [['tf.here(y)', 'loss']] },
  { code: 'const loss = (y) => y.here();\nloss(x);', frames: [['y.here()', 'loss']] },
  {
    code: 'const losses = {\n  click: here(x),\n  dwell: x.here(1).mul(2),\n};',
    frames: [
      ['here(x)', 'click'],
      ['x.here(1)', 'dwell'],
      ['x.here(1).mul(2)', 'dwell'],
    ],
  },
  { code: 'const losses = {};\nlosses.click = tf.here(x);', frames: [['tf.here(x)', 'click']] },
  {
    code: 'const [a, b] = tf.tidy(() => [here(1), x.here(2)]);',
    frames: [
      ['here(1)', 'a'],
      ['x.here(2)', 'b'],
    ],
  },
  {
    code: 'const total = here(1).mul(2);',
    frames: [
      ['here(1)', 'total'],
      ['here(1).mul(2)', 'total'],
    ],
  },
  { code: 'const total = tf.quiet(x).mul(2);', frames: [['tf.quiet(x).mul(2)', 'total']] },
  { code: 'const ä = "\u{1F600}"; const a = here(ä);', frames: [['here(ä)', 'a']] },
  { code: 'const u = 1;\r\nconst a = here(u);\r\n', frames: [['here(u)', 'a']] },
  { code: '\uFEFFconst a = here(1);', frames: [['here(1)', 'a']] },
  { code: '#!/usr/bin/env node\nconst a = here(1);', frames: [['here(1)', 'a']] },
  { code: 'const a = await later(1);', frames: [['later(1)', 'a']] },
  { code: 'const [a, b] = await Promise.all([later(1), 2]);', frames: [['Promise.all([later(1), 2])', null]] },
  { code: 'async function step() {\n  const a = await (later(1));\n}\nawait step();', frames: [['later(1)', 'a']] },
  { code: '[1].map(here);', frames: [['[1].map(here)', null]] },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mtl-positions-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Runs each file's code in one Node process and gives the frames of each. */
async function recordFrames(codes: readonly string[], extension: 'mjs' | 'cjs'): Promise<[number, number][][]> {
  const names = codes.map((_, index) => `./${index}.snippet.${extension}`);
  await Promise.all(codes.map((code, index) => writeFile(path.join(folder, names[index]!), code)));
  const main = path.join(folder, 'main.mjs');
  await writeFile(
    main,
    `${prelude}
    const all = [];
    for (const name of ${JSON.stringify(names)}) {
      frames.length = 0;
      await import(name);
      all.push([...frames]);
    }
    console.log(JSON.stringify(all));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [main]);
  return JSON.parse(stdout) as [number, number][][];
}

function explain(file: string, code: string, positions: readonly [number, number][]): (string | null)[][] {
  const source = parseSource(ts, file, code);
  return positions.map(([line, column]) => [
    expressionAt(source, line, column)?.text ?? null,
    nameAt(source, line, column),
  ]);
}

describe('the frames that V8 reports', () => {
  it.each(['mjs', 'cjs'] as const)('are joined to their expression and its name in .%s', async (extension) => {
    // CommonJS has no top-level await.
    const runnable = snippets.filter(({ code }) => extension === 'mjs' || !/^(?:const .*= )?await/m.test(code));
    expect(runnable.length).toBeGreaterThan(35);
    const recorded = await recordFrames(
      runnable.map(({ code }) => code),
      extension,
    );
    const explained = runnable.map(({ code }, index) => ({
      code,
      frames: explain(`a.${extension}`, code, recorded[index]!),
    }));
    expect(explained).toEqual(runnable);
  });

  it.each(['esm', 'cjs'] as const)('are joined to TypeScript through a source map (%s)', async (format) => {
    const code = `import type { Tensor } from '@tensorflow/tfjs';
declare const x: Tensor, tf: { here(t: unknown): Tensor; tidy<T>(f: () => T): T }, here: <T>(t: T) => T;

interface Losses { click: Tensor; dwell: Tensor }
enum Kind { A, B }

const clickLoss: Tensor = tf.here(x) as Tensor;
const loss = <T,>(y: T): T => here<T>(y);
loss(Kind.B);
const losses: Losses = {
  click: tf.tidy((): Tensor => tf.here(x)),
  dwell: x!
    .here(1)
    .mul(2),
};
class Net<T> {
  constructor(private readonly y: T) {}
  dwellLoss(): T { return here(this.y); }
}
new Net(1).dwellLoss();
const [a, b] = tf.tidy(() => [here<number>(1), tf.here(2)] as const);
export { clickLoss, losses, a, b };
`;
    const { code: script, map } = transformSync(code, {
      loader: 'ts',
      format,
      target: 'node20',
      sourcemap: 'external',
      sourcefile: 'a.mts',
    });
    const trace = new TraceMap(map);
    const [frames] = await recordFrames([script], format === 'esm' ? 'mjs' : 'cjs');
    const positions = frames!.map(([line, column]): [number, number] => {
      const original = originalPositionFor(trace, { line, column: column - 1 });
      return [original.line!, original.column! + 1];
    });
    expect(explain('a.mts', code, positions)).toEqual([
      ['tf.here(x)', 'clickLoss'],
      ['here<T>(y)', 'loss'],
      ['tf.here(x)', 'click'],
      ['x!\n    .here(1)', 'dwell'],
      ['x!\n    .here(1)\n    .mul(2)', 'dwell'],
      ['here(this.y)', 'dwellLoss'],
      ['here<number>(1)', 'a'],
      ['tf.here(2)', 'b'],
    ]);
  });
});
