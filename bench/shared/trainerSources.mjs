// The trainer's own sources, as modules that a measure can call in its own process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { kernelsForEsbuild } from '../../scripts/assembleKernels.mjs';
import { root } from '../../scripts/setup.mjs';

/** Bundles what `contents` exports, with paths from src/trainer, and imports it; tfjs stays the one of this process. */
export async function loadTrainerSources(name, contents) {
  const outfile = join(root, 'dist', 'bench', `${name}.mjs`);
  await build({
    stdin: { contents, resolveDir: join(root, 'src', 'trainer'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['@tensorflow/*', 'typescript'],
    plugins: [kernelsForEsbuild],
    outfile,
  });
  return import(pathToFileURL(outfile).href);
}
