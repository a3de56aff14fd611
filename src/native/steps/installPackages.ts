import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { NativeRelease } from '../release.ts';
import { reasonIn, runTool } from '../runTool.ts';
import { failure, saysOutOfSpace } from '../setUpError.ts';
import type { Tools } from './tools.ts';

/**
 * Installs tfjs-node's packages in the staging folder, from whichever registry npm is configured for, and runs no script of
 * theirs. npm holds each against its hash in the lock file.
 */
export async function installPackages(
  staging: string,
  release: NativeRelease,
  { npm: [program, ...first] }: Tools,
  signal: AbortSignal,
): Promise<void> {
  await writeFile(path.join(staging, 'package.json'), JSON.stringify(release.packages.manifest));
  await writeFile(path.join(staging, 'package-lock.json'), JSON.stringify(release.packages.lock));
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, output } = await runTool(program, [...first, ...args], { cwd: staging, signal });
  if (saysOutOfSpace(output)) {
    throw new Error(output.slice(-500));
  }
  if (/EINTEGRITY/.test(output)) {
    throw failure('What npm fetched is not what was published: {0}. Nothing of it is kept.', reasonIn(output));
  }
  if (status !== 0) {
    throw failure(
      'npm could not fetch the packages of @tensorflow/tfjs-node {0} ({1}): see whether the registry that npm is configured for can be reached.',
      release.tfjsNode,
      reasonIn(output),
    );
  }
  await leaveOutBrowserBuilds(path.join(staging, 'node_modules', '@tensorflow'));
}

/** tfjs's packages hold a dozen forms of themselves, 280 MB; tfjs-node loads the one that `main` names. */
async function leaveOutBrowserBuilds(scope: string): Promise<void> {
  for (const name of (await readdir(scope)).filter((each) => each !== 'tfjs-node')) {
    const folder = path.join(scope, name);
    const { main } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { main?: string };
    if (main === undefined) {
      continue;
    }
    const kept = new Set(['package.json', 'LICENSE', path.normalize(main)]);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile() && !kept.has(path.relative(folder, file))) {
        await rm(file);
      }
    }
  }
}
