// Assembles kernels/ (AssemblyScript) to WebAssembly, and gives its bytes to whoever imports `wasm-kernels`.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'kernels');
const specifier = 'wasm-kernels';

/** The module's bytes. It imports its memory as `env.memory` and has no data and no globals of its own there. */
export async function assembleKernels() {
  const sources = new Map();
  for (const file of await readdir(folder)) {
    if (file.endsWith('.ts')) {
      sources.set(file, await readFile(join(folder, file), 'utf8'));
    }
  }
  let bytes = null;
  const { error, stderr } = await main(
    ['index.ts', '--outFile', 'kernels.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'],
    {
      readFile: (name) => sources.get(name) ?? null,
      writeFile: (_, contents) => {
        bytes = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || bytes === null) {
    throw new Error(`kernels/ could not be assembled.\n${stderr.toString()}`);
  }
  return bytes;
}

let assembled = null;

/** The text of a module that carries the bytes. */
async function moduleText() {
  assembled ??= assembleKernels();
  return `export default Uint8Array.from(Buffer.from('${Buffer.from(await assembled).toString('base64')}', 'base64'));`;
}

/** For esbuild. */
export const kernelsForEsbuild = {
  name: specifier,
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${specifier}$`) }, () => ({ path: specifier, namespace: specifier }));
    build.onLoad({ filter: /.*/, namespace: specifier }, async () => ({ contents: await moduleText(), loader: 'js' }));
  },
};

/** For vitest. */
export const kernelsForVite = {
  name: specifier,
  enforce: 'pre',
  resolveId: (id) => (id === specifier ? `\0${specifier}` : null),
  load: (id) => (id === `\0${specifier}` ? moduleText() : null),
};
