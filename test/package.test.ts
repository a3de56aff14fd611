import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train } from './process/trainScript.ts';
import { readZip } from './readZip.ts';

const root = path.dirname(import.meta.dirname);
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'mtl-package-test-')));
let vsix = process.env['MTL_VSIX'] ?? '';
const files = new Map<string, string>();

beforeAll(async () => {
  if (vsix === '') {
    vsix = path.join(folder, 'extension.vsix');
    const packager = pathToFileURL(path.join(root, 'scripts', 'package', 'createVsix.mjs')).href;
    const code = `const { createVsix } = await import(${JSON.stringify(packager)}); await createVsix(${JSON.stringify(vsix)});`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  }
  // As an installation lays it out.
  for (const [name, content] of readZip(vsix)) {
    if (name.startsWith('extension/')) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, new Uint8Array(content));
      files.set(name.slice('extension/'.length), content.toString('utf8'));
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const names = (): string[] => [...files.keys()];
const text = (name: string): string => files.get(name) ?? '';

/** Every relative path in a manifest, wherever it stands. */
function pathsIn(part: unknown): string[] {
  if (typeof part === 'string') {
    return /^(?:\.\/)?(?:dist|media|docs|examples|l10n)\//.test(part) ? [path.posix.normalize(part)] : [];
  }
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(pathsIn) : [];
}

describe('the package', () => {
  it('is smaller than 6 MB', () => expect(statSync(vsix).size).toBeLessThan(6e6));

  it('runs anywhere: nothing native, and nothing that is to be installed', () => {
    expect(names().filter((name) => /\.(?:node|so|dylib|dll|exe)$/.test(name))).toEqual([]);
    const manifest = JSON.parse(text('package.json')) as Record<string, unknown>;
    expect(Object.keys(manifest).filter((key) => /dependencies|scripts/i.test(key))).toEqual([]);
  });

  it('has no source maps, tests or sources', () => {
    const unwanted =
      /\.map$|\.test\.|(?:^|\/)(?:test|src|webview\/ui|scripts|bench|\.mtl|\.vscode[^/]*)\/|(?<!\.d)\.[cm]?tsx?$/;
    expect(
      names().filter(
        (name) => unwanted.test(name.replace(/\.d\.cts$/, '.d.ts')) && !name.includes('node_modules/long/src/'),
      ),
    ).toEqual([]);
    const mapped = [...files].filter(
      ([name, content]) => /\.[cm]?js$/.test(name) && /^\/\/# sourceMappingURL/m.test(content),
    );
    expect(mapped.map(([name]) => name)).toEqual([]);
  });

  it('has the pictures that its documents show, and no other', () => {
    const documents = names().filter((name) => name.endsWith('.md'));
    const shown = documents.flatMap((name) =>
      [...text(name).matchAll(/images\/([\w-]+\.png)/g)].map(([, file]) => file),
    );
    const packed = names().flatMap((name) => /^docs\/images\/(.+)$/.exec(name)?.[1] ?? []);
    expect(packed.sort()).toEqual([...new Set(shown)].sort());
    expect(packed.length).toBeGreaterThan(0);
  });

  it('has every file that its manifest names', () => {
    const wanted = pathsIn(JSON.parse(text('package.json')));
    expect(wanted.length).toBeGreaterThan(8);
    expect(wanted.filter((name) => !files.has(name))).toEqual([]);
  });

  it('has what people read: licences, changes, help, every example', () => {
    const wanted = [
      'readme.md',
      'changelog.md',
      'LICENSE.txt',
      'SUPPORT.md',
      'THIRD-PARTY-NOTICES.txt',
      'docs/findings/README.md',
      'docs/findings/detach.md',
      'docs/findings/zh/detach.md',
    ];
    const examples = ['penguins', 'feed', 'rates', 'kendall', 'experts', 'gan'].map(
      (name) => `examples/${name}/train.mjs`,
    );
    expect([...wanted, ...examples].filter((name) => !files.has(name))).toEqual([]);
  });

  it('passes the licence on of everything it carries', () => {
    const carried = names().flatMap(
      (name) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(name)?.[1] ?? [],
    );
    const notices = text('THIRD-PARTY-NOTICES.txt');
    expect(carried).toContain('@tensorflow/tfjs-backend-wasm');
    [...carried, 'typescript', 'uplot', 'preact', '@dagrejs/dagre'].forEach((name) =>
      expect(notices).toMatch(new RegExp(`^${name} \\d.*\\(`, 'm')),
    );
    expect(notices).toContain('Apache License');
  });

  it('leads from its README to places that exist', () => {
    const targets = [...text('readme.md').matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    const hosted = 'https://github.com/mtl-debugger/mtl-debugger/';
    const inRepository = targets.filter((target) => target.startsWith(hosted));
    expect(targets.filter((target) => !/^https:|^#/.test(target))).toEqual([]);
    const files = inRepository.map((target) => target.slice(hosted.length).replace(/^(?:raw|blob)\/HEAD\//, ''));
    expect(files.filter((file) => !statSync(path.join(root, file), { throwIfNoEntry: false }))).toEqual([]);
    expect(files.length).toBeGreaterThan(3);
  });
});

it('trains a script whose project has nothing, whichever of its packages the script imports, on one copy', async () => {
  const project = path.join(folder, 'project');
  mkdirSync(project);
  const entry = path.join(project, 'train.mjs');
  writeFileSync(
    entry,
    `import { dense, layers, sequential } from './model.cjs';
import * as tf from '@tensorflow/tfjs';
import { Tensor, engine } from '@tensorflow/tfjs-core';
import { LayersModel } from '@tensorflow/tfjs-layers';
import { csv } from '@tensorflow/tfjs-data';
import { GraphModel } from '@tensorflow/tfjs-converter';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import * as node from '@tensorflow/tfjs-node';
import { stopGradient } from 'mtl-debugger';
const same = {
  Tensor: Tensor === tf.Tensor && Tensor === node.Tensor,
  engine: engine() === tf.engine(),
  LayersModel: LayersModel === tf.LayersModel,
  csv: csv === tf.data.csv,
  GraphModel: GraphModel === tf.GraphModel,
  required: layers === tf.layers,
};
const model = sequential({ layers: [dense({ units: 1, inputShape: [2] })] });
model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' });
await model.fit(stopGradient(tf.ones([8, 2])), tf.ones([8, 1]), { epochs: 2, verbose: 0 });
console.log(JSON.stringify({ same, name: Tensor.name, backend: tf.getBackend(), version: version_wasm }));
`,
  );
  writeFileSync(
    path.join(project, 'model.cjs'),
    `const { layers, sequential } = require('@tensorflow/tfjs-layers');
exports.layers = layers; exports.dense = layers.dense; exports.sequential = sequential;
`,
  );
  const preload = path.join(folder, 'extension', 'dist', 'trainer', 'preload.mjs');
  const { exitCode, stdout, stderr, header, end } = await train(entry, { preload, backend: 'auto' });
  expect(exitCode, stderr).toBe(0);
  const said = JSON.parse(stdout.trim()) as { same: Record<string, boolean>; name: string };
  expect(Object.entries(said.same).filter(([, same]) => !same)).toEqual([]);
  expect(said).toMatchObject({ name: 'Tensor', backend: 'wasm', version: header.versions.tfjs });
  expect(header.backend.name).toBe('wasm');
  expect(end).toMatchObject({ state: 'finished', steps: 2, observed: 2 });
});
