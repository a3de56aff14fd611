import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { NATIVE, type NativeRelease } from './release.ts';

/** Another folder for what is set up; an absolute path. */
export const CACHE_VARIABLE = 'MTL_DEBUGGER_NATIVE_CACHE';

type System = Pick<NodeJS.Process, 'platform' | 'arch' | 'env'>;

/** The folder that holds every native backend that was set up for this user: outside of every project. */
export function cacheRoot({ platform, env }: System = process): string {
  const given = env[CACHE_VARIABLE];
  if (given !== undefined && path.isAbsolute(given)) {
    return given;
  }
  const name = path.join('mtl-debugger', 'native');
  if (platform === 'darwin') {
    return path.join(homedir(), 'Library', 'Caches', name);
  }
  if (platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local'), name);
  }
  const xdg = env['XDG_CACHE_HOME'];
  return path.join(xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(homedir(), '.cache'), name);
}

/** Where a release lies once it is set up. It is renamed there in one go: what is there is whole. */
export function nativeFolder(
  root: string,
  release: Pick<NativeRelease, 'tfjsNode' | 'napi'> = NATIVE,
  { platform, arch }: Pick<System, 'platform' | 'arch'> = process,
): string {
  return path.join(root, `tfjs-node-${release.tfjsNode}-${platform}-${arch}-napi${release.napi}`);
}

/** The folder of the package @tensorflow/tfjs-node in a set-up folder. */
export function packageFolder(folder: string): string {
  return path.join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
}

/** The package that was set up for this user and this system; null where there is none. */
export function nativePackageOfCache(system: System = process): string | null {
  const folder = packageFolder(nativeFolder(cacheRoot(system), NATIVE, system));
  return existsSync(path.join(folder, 'package.json')) ? folder : null;
}
