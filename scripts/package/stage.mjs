// Lays out the extension as it is packaged: built for release, with everything that it needs and nothing else.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildDist } from '../buildDist.mjs';
import { root } from '../setup.mjs';
import { bundleTfjs } from './bundleTfjs.mjs';
import { thirdPartyNotices } from './notices.mjs';

const NOTICES = 'THIRD-PARTY-NOTICES.txt';

const PICTURES = join(root, 'docs', 'images');

/** The pictures that the README shows: the others are for those who work on the panel. */
async function shownPictures() {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  return new Set([...readme.matchAll(/docs\/images\/([\w-]+\.png)/g)].map(([, name]) => name));
}

/**
 * Lays the extension out in `folder`, which is emptied first. `change` may alter its manifest, a plain object.
 */
export async function stageExtension(folder, change = (manifest) => manifest) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const outdir = join(folder, 'dist');
  const inputs = await Promise.all([buildDist({ outdir, release: true }), bundleTfjs(join(outdir, 'trainer'))]);
  const { scripts, dependencies, optionalDependencies, devDependencies, files, ...manifest } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  const shown = await shownPictures();
  const isPacked = (file) => !/[\\/]\.mtl$/.test(file) && (!file.endsWith('.png') || !file.startsWith(PICTURES) || shown.has(basename(file)));
  for (const each of files.filter((each) => each !== 'dist')) {
    // A listed file that is missing is the packager's to report.
    if (existsSync(join(root, each))) {
      await cp(join(root, each), join(folder, each), { recursive: true, filter: isPacked });
    }
  }
  await writeFile(join(folder, NOTICES), thirdPartyNotices(inputs.flat()));
  // What is installed from it needs no other package.
  const staged = change({ ...manifest, files: [...files, NOTICES] });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(staged, null, 2)}\n`);
}
