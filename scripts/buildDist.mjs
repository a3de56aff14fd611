// Builds what a user's machine runs, for the everyday dist/ and for the package.
import { execFile } from 'node:child_process';
import { chmod, cp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { kernelsForEsbuild } from './assembleKernels.mjs';
import { root } from './setup.mjs';

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const require = createRequire(import.meta.url);

/**
 * Builds everything into `outdir`. `release`: as it is packaged, small and without source maps. Returns the files that went
 * in, relative to the repository.
 */
export async function buildDist({ outdir = join(root, 'dist'), release = false } = {}) {
  const shared = { absWorkingDir: root, outdir, bundle: true, metafile: true, logLevel: 'warning' };
  const common = {
    ...shared,
    platform: 'node',
    target: 'node20.19',
    sourcemap: release ? false : 'linked',
    // Names stay: errors, and the observation's own stacks, are read by people.
    ...(release ? { minifyWhitespace: true, minifySyntax: true } : {}),
    define: { MTL_DEBUGGER_VERSION: JSON.stringify(version) },
    // tfjs is always the user's own copy, resolved when it runs; TypeScript is a bundle of its own, loaded when needed.
    external: ['@tensorflow/*', 'typescript'],
  };
  const esm = { ...common, format: 'esm', outExtension: { '.js': '.mjs' } };
  const cjs = { ...common, format: 'cjs', outExtension: { '.js': '.cjs' } };
  const library = { platform: 'neutral', target: 'es2022', entryPoints: { 'runtime/index': 'src/runtime/index.ts' } };
  const tsc = [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.runtime.json', '--outDir', outdir];

  const results = await Promise.all([
    build({ ...esm, ...library }),
    build({ ...cjs, ...library }),
    build({ ...esm, entryPoints: { 'cli/main': 'src/cli/main.ts' }, banner: { js: '#!/usr/bin/env node' } }),
    build({ ...esm, entryPoints: { 'native/setUp': 'src/native/main.ts' } }),
    // What VS Code loads. The module's own place is asked for through the extension's context, not through import.meta.
    build({
      ...cjs,
      // Loaded in every window: here the last kilobyte counts, and names are of no use.
      minify: release,
      external: [...common.external, 'vscode'],
      define: { ...common.define, 'import.meta.url': 'undefined' },
      entryPoints: { extension: 'src/extension.ts' },
    }),
    build({
      ...esm,
      plugins: [kernelsForEsbuild],
      entryPoints: {
        'trainer/preload': 'src/trainer/preload.ts',
        'trainer/hooks': 'src/trainer/loading/hooks.ts',
        'trainer/recorder': 'src/trainer/io/recorder.ts',
      },
    }),
    build({ ...cjs, entryPoints: { 'trainer/tfjs-node': 'src/trainer/loading/tfjsNodeSubstitute.ts' } }),
    // As it is: Node reads off its text whose names it has.
    build({
      ...cjs,
      bundle: false,
      external: [],
      minifySyntax: false,
      entryPoints: { 'trainer/tfjs-node-on-demand': 'src/trainer/loading/tfjsNodeOnDemand.cts' },
    }),
    build({
      ...cjs,
      external: [],
      sourcemap: false,
      minify: true,
      entryPoints: { 'trainer/typescript': require.resolve('typescript') },
    }),
    // The panel's page, which runs in a webview.
    build({
      ...shared,
      outdir: join(outdir, 'webview'),
      minify: true,
      platform: 'browser',
      target: 'es2022',
      format: 'iife',
      entryPoints: ['webview/main.tsx', 'webview/main.css'],
    }),
    promisify(execFile)(process.execPath, tsc, { cwd: root }),
  ]);
  // The same declarations serve `import` and `require`.
  await cp(join(outdir, 'runtime/index.d.ts'), join(outdir, 'runtime/index.d.cts'));
  await chmod(join(outdir, 'cli/main.mjs'), 0o755);
  return results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
}
