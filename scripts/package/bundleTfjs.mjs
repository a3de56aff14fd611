// Puts tfjs and its wasm backend beside the trainer, for scripts whose project has none. Each package stays a package of its
// own, with the very file that Node would load, so that there is one copy of each, as after `npm install`: what a script
// imports by any of their names is what the debugger watches. A bundler would save little, and give classes other names.
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { root } from '../setup.mjs';

const require = createRequire(join(root, 'package.json'));

/** A script may import each of them by name. */
const TFJS_PACKAGES = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgl',
  '@tensorflow/tfjs-converter',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-data',
  '@tensorflow/tfjs-layers',
];

/** What their code requires. Each becomes one file, with all that it requires in turn. */
const REQUIRED = ['long', 'node-fetch', 'seedrandom'];

/** Writes the packages into `folder`/node_modules. Returns the files that went in, relative to the repository. */
export async function bundleTfjs(folder) {
  const modules = join(folder, 'node_modules');
  const written = [
    ...TFJS_PACKAGES.map((name) => copyPackage(name, join(modules, name))),
    ...REQUIRED.map((name) => bundlePackage(name, join(modules, name))),
  ];
  return (await Promise.all(written)).flat();
}

async function copyPackage(name, folder) {
  const { from, main } = await begin(name, folder);
  const entry = join(from, main);
  const code = await readFile(entry, 'utf8');
  // The source map stays behind.
  await writeFile(join(folder, main), code.replace(/^\/\/# sourceMappingURL=.*$/m, ''));
  // The wasm backend looks for its modules beside itself.
  const beside = await readdir(dirname(entry));
  const modules = beside.filter((file) => file.endsWith('.wasm')).map((file) => join(dirname(entry), file));
  await Promise.all(modules.map((file) => cp(file, join(folder, dirname(main), basename(file)))));
  return [relative(root, entry)];
}

async function bundlePackage(name, folder) {
  const { from, main } = await begin(name, folder);
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    minify: true,
    logLevel: 'warning',
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    entryPoints: [join(from, main)],
    outfile: join(folder, main),
  });
  return Object.keys(metafile.inputs);
}

/** Writes a manifest with no more than Node and people ask for. Returns where the package lies, and its file for Node. */
async function begin(name, folder) {
  const file = require.resolve(`${name}/package.json`);
  const { version, license, main } = JSON.parse(await readFile(file, 'utf8'));
  await mkdir(dirname(join(folder, main)), { recursive: true });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, version, license, main }, null, 2)}\n`);
  return { from: dirname(file), main };
}
