import { existsSync } from 'node:fs';
import { cacheRoot, nativeFolder } from './nativeCache.ts';
import type { NativeRelease } from './release.ts';
import { wheelFor } from './steps/tools.ts';

/** What a set-up would do: shown before anything is fetched. */
export interface Plan {
  /** The package index's name of the wheel, with its version. */
  readonly wheel: string;
  readonly package: string;
  /** Megabytes (10⁶ bytes) to fetch: the wheel and the npm packages. */
  readonly wheelMegabytes: number;
  readonly packagesMegabytes: number;
  /** Megabytes that stay on the disk. */
  readonly diskMegabytes: number;
  readonly folder: string;
  /** Something is at its place already: it is tried, and kept where it works. */
  readonly there: boolean;
}

/** @throws {SetUpError} where this system has no native backend */
export function planOf(release: NativeRelease, root = cacheRoot()): Plan {
  const wheel = wheelFor(release);
  const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
  const folder = nativeFolder(root, release);
  return {
    wheel: `${wheel.distribution} ${wheel.version}`,
    package: `@tensorflow/tfjs-node ${release.tfjsNode}`,
    wheelMegabytes: megabytes(wheel.bytes),
    packagesMegabytes: megabytes(release.packagesDownload),
    diskMegabytes: megabytes(wheel.unpackedBytes + release.packagesKept),
    folder,
    there: existsSync(folder),
  };
}
