import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cacheRoot, nativePackageOfCache } from '../../src/native/nativeCache.ts';
import { repository } from '../process/project.ts';

/** The native backend of this user, and an environment in which trainings find it. */
export interface Native {
  readonly packageFolder: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Sets the native backend up where it is not, at the user's own place, as `npm run native -- --yes` does.
 * @returns null, and says why, where it cannot be had
 */
export function ensureNative(): Native | null {
  // The tests' own processes look at a place where there is none (vitest.config.ts).
  const given = process.env['MTL_TEST_NATIVE_CACHE'] ?? '';
  const env: NodeJS.ProcessEnv = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  if (given === '') {
    delete env['MTL_DEBUGGER_NATIVE_CACHE'];
  } else {
    env['MTL_DEBUGGER_NATIVE_CACHE'] = given;
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(repository, 'dist', 'native', 'setUp.mjs'), '--yes'],
    { env, encoding: 'utf8' },
  );
  const packageFolder = nativePackageOfCache({ platform: process.platform, arch: process.arch, env });
  if (status !== 0 || packageFolder === null) {
    console.log(`The native backend cannot be had here, so it is not tested: ${stderr.trim().split('\n')[0] ?? ''}`);
    console.log(stdout);
    return null;
  }
  return { packageFolder, env: { ...env, MTL_DEBUGGER_NATIVE_CACHE: cacheRoot({ ...process, env }) } };
}

/** A Node to run on, and its major version. */
export interface NodeToTest {
  readonly path: string;
  readonly version: string;
}

/** This Node; and Node 24, which the browser-hosted VS Code brings along, where it is there. */
export function nodesToTest(): NodeToTest[] {
  const other = path.join(repository, '.vscode-test', 'server', 'node_modules', 'node', 'bin', 'node');
  const paths = existsSync(other) ? [process.execPath, other] : [process.execPath];
  if (paths.length === 1) {
    console.log(
      'The Node of the browser-hosted VS Code is not installed: the native backend is tested on this Node alone.',
    );
  }
  return paths.map((each) => ({
    path: each,
    version: execFileSync(each, ['--version'], { encoding: 'utf8' }).trim(),
  }));
}
