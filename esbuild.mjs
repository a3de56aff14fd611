// Builds dist/: what a user's machine runs. `node esbuild.mjs` builds everything; it takes about a second.
import { execFile } from 'node:child_process';
import { chmod, cp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { kernelsForEsbuild } from './scripts/assembleKernels.mjs';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
const require = createRequire(import.meta.url);

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  logLevel: 'warning',
  define: { MTL_DEBUGGER_VERSION: JSON.stringify(version) },
  // tfjs is always the user's own copy, resolved when it runs; TypeScript is a bundle of its own, loaded when needed.
  external: ['@tensorflow/*', 'typescript'],
};

const esm = { ...common, format: 'esm', outExtension: { '.js': '.mjs' } };
const cjs = { ...common, format: 'cjs', outExtension: { '.js': '.cjs' } };

await Promise.all([
  build({
    ...esm,
    platform: 'neutral',
    target: 'es2022',
    entryPoints: { 'runtime/index': 'src/runtime/index.ts' },
    outdir: 'dist',
  }),
  build({
    ...cjs,
    platform: 'neutral',
    target: 'es2022',
    entryPoints: { 'runtime/index': 'src/runtime/index.ts' },
    outdir: 'dist',
  }),
  build({
    ...esm,
    entryPoints: { 'cli/main': 'src/cli/main.ts' },
    outdir: 'dist',
    banner: { js: '#!/usr/bin/env node' },
  }),
  // What VS Code loads. The module's own place is asked for through the extension's context, not through import.meta.
  build({
    ...cjs,
    external: [...common.external, 'vscode'],
    define: { ...common.define, 'import.meta.url': 'undefined' },
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
  }),
  build({
    ...esm,
    plugins: [kernelsForEsbuild],
    entryPoints: {
      'trainer/preload': 'src/trainer/preload.ts',
      'trainer/hooks': 'src/trainer/loading/hooks.ts',
      'trainer/recorder': 'src/trainer/io/recorder.ts',
    },
    outdir: 'dist',
  }),
  build({ ...cjs, entryPoints: { 'trainer/tfjs-node': 'src/trainer/loading/tfjsNodeSubstitute.ts' }, outdir: 'dist' }),
  build({
    ...cjs,
    external: [],
    sourcemap: false,
    minify: true,
    entryPoints: { 'trainer/typescript': require.resolve('typescript') },
    outdir: 'dist',
  }),
  // The panel's page, which runs in a webview.
  build({
    bundle: true,
    minify: true,
    logLevel: 'warning',
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: ['webview/main.tsx', 'webview/main.css'],
    outdir: 'dist/webview',
  }),
  promisify(execFile)(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.runtime.json']),
]);
// The same declarations serve `import` and `require`.
await cp('dist/runtime/index.d.ts', 'dist/runtime/index.d.cts');
await chmod('dist/cli/main.mjs', 0o755);
