import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { repository } from '../process/project.ts';
import { ownRelease, type Release } from './releases.ts';

/** Installed once; out of version control. */
export const cacheFolder = path.join(repository, '.tfjs-versions');

/** What npm says where the registry cannot be reached, as opposed to a package that cannot be installed. */
const unreachable =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|E50[234])\b/;

/** One attempt is enough for all releases. */
let reachable = true;

/**
 * The node_modules of a project that has this release of tfjs; from the registry where it is needed for the first time. Null
 * where the registry is not reachable.
 * @throws with npm's own words where the release cannot be installed
 */
export async function installRelease(release: Release): Promise<string | null> {
  if (release === ownRelease) {
    return path.join(repository, 'node_modules');
  }
  const installed = path.join(cacheFolder, release);
  if (!existsSync(installed)) {
    if (!reachable) {
      return null;
    }
    mkdirSync(cacheFolder, { recursive: true });
    const folder = mkdtempSync(path.join(cacheFolder, `${release}-`));
    try {
      writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
      const [version = '', wasm] = release.split('+');
      const packages = ['tfjs', ...(wasm === undefined ? [] : ['tfjs-backend-wasm'])];
      const failure = await npmInstall(
        folder,
        packages.map((name) => `@tensorflow/${name}@${version}`),
      );
      if (failure !== null) {
        if (unreachable.test(failure)) {
          reachable = false;
          return null;
        }
        throw new Error(`tfjs ${release} could not be installed:\n${failure}`);
      }
      keepWhatNodeLoads(path.join(folder, 'node_modules', '@tensorflow'));
      renameSync(folder, installed);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return path.join(installed, 'node_modules');
}

/** @returns null, or what npm printed where it failed */
async function npmInstall(folder: string, packages: readonly string[]): Promise<string | null> {
  const args = [
    'install',
    ...packages,
    '--ignore-scripts',
    '--omit=optional',
    '--no-audit',
    '--no-fund',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=1000',
  ];
  const script = process.env['npm_execpath'];
  const options = { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
  const npm =
    script === undefined
      ? spawn('npm', args, { ...options, shell: process.platform === 'win32' })
      : spawn(process.execPath, [script, ...args], options);
  const ended = new Promise<number | null>((done, fail) => npm.on('error', fail).on('close', done));
  const [status, stdout, stderr] = await Promise.all([ended, text(npm.stdout), text(npm.stderr)]);
  return status === 0 ? null : stdout + stderr;
}

/** A release unpacks to 290 MB, most of it bundles for browsers: Node loads one file of each package, and wasm what lies beside. */
function keepWhatNodeLoads(scope: string): void {
  for (const name of readdirSync(scope)) {
    const folder = path.join(scope, name);
    const { main } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { main: string };
    const beside = path.dirname(main);
    const modules = readdirSync(path.join(folder, beside)).filter((file) => file.endsWith('.wasm'));
    const kept = `${folder}.kept`;
    mkdirSync(path.join(kept, beside), { recursive: true });
    for (const file of ['package.json', main, ...modules.map((module) => path.join(beside, module))]) {
      renameSync(path.join(folder, file), path.join(kept, file));
    }
    rmSync(folder, { recursive: true });
    renameSync(kept, folder);
  }
}
