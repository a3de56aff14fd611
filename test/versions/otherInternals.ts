import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { repository } from '../process/project.ts';
import { cacheFolder } from './installRelease.ts';
import { ownRelease } from './releases.ts';

/** The packages that make tfjs in Node. */
const PACKAGES = [
  'tfjs',
  'tfjs-core',
  'tfjs-layers',
  'tfjs-data',
  'tfjs-converter',
  'tfjs-backend-cpu',
  'tfjs-backend-webgl',
];

/**
 * The node_modules of a release that does not exist: 4.22's code with other names for some of its internals, as a release that
 * changed them would have.
 * @param version what it calls itself
 * @param renamed names in tfjs-core's code, and what stands there instead
 */
export function releaseWith(
  version: string,
  renamed: Readonly<Record<string, string>>,
): { path: string; dispose(): void } {
  // In the repository: what tfjs itself requires is found there.
  mkdirSync(cacheFolder, { recursive: true });
  const folder = mkdtempSync(path.join(cacheFolder, `imagined-${version}-`));
  const modules = path.join(folder, 'node_modules');
  const require = createRequire(path.join(repository, 'package.json'));
  for (const name of PACKAGES) {
    const manifest = require.resolve(`@tensorflow/${name}/package.json`);
    const { main } = JSON.parse(readFileSync(manifest, 'utf8')) as { main: string };
    const to = path.join(modules, '@tensorflow', name);
    mkdirSync(path.dirname(path.join(to, main)), { recursive: true });
    let code = readFileSync(path.join(path.dirname(manifest), main), 'utf8');
    if (name === 'tfjs-core') {
      for (const [old, other] of Object.entries(renamed)) {
        code = code.replaceAll(old, other);
      }
    }
    writeFileSync(path.join(to, main), code.replaceAll(`'${ownRelease}'`, `'${version}'`));
    writeFileSync(path.join(to, 'package.json'), JSON.stringify({ name: `@tensorflow/${name}`, version, main }));
  }
  return { path: modules, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}
