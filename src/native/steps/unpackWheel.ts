import { open } from 'node:fs/promises';
import path from 'node:path';
import { packageFolder } from '../nativeCache.ts';
import type { Wheel } from '../release.ts';
import { failure } from '../setUpError.ts';
import { unpackEntry, zipEntries, type ZipEntry } from '../zipFile.ts';

/** Of TensorFlow's 8,500 headers, what its C interface needs. */
const HEADERS = [
  'tensorflow/c/',
  'tensorflow/core/platform/ctstring',
  'tensorflow/tsl/c/',
  'tensorflow/tsl/platform/ctstring',
];

const INCLUDE = 'tensorflow/include/';

/**
 * Takes from the wheel what the binding is built with: headers into the package's `deps/include`, libraries into `deps/lib`.
 * @param progress told the part that is unpacked, from 0 to 1
 */
export async function unpackWheel(
  file: string,
  wheel: Wheel,
  staging: string,
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<void> {
  const deps = path.join(packageFolder(staging), 'deps');
  const zip = await open(file);
  try {
    const entries = await zipEntries(zip);
    const targets = entries.flatMap((entry): { entry: ZipEntry; target: string }[] => {
      const target = targetOf(entry.name, wheel);
      return target === null ? [] : [{ entry, target: path.join(deps, target) }];
    });
    const names = new Set(targets.map(({ entry }) => entry.name));
    const lacking = [...wheel.libraries.map((name) => `tensorflow/${name}`), ...wheel.beside].filter(
      (name) => !names.has(name),
    );
    if (lacking.length > 0) {
      throw failure("TensorFlow's wheel {0} lacks {1}.", path.basename(file), lacking.join(', '));
    }
    const total = targets.reduce((sum, { entry }) => sum + entry.size, 0);
    let done = 0;
    for (const { entry, target } of targets) {
      await unpackEntry(file, zip, entry, target, signal, (bytes) => progress((done += bytes) / total));
    }
  } finally {
    await zip.close();
  }
}

/** Where a file of the wheel goes, relative to the package's `deps`; null where it is not needed. */
function targetOf(name: string, wheel: Wheel): string | null {
  if (name.startsWith(INCLUDE) && HEADERS.some((header) => name.startsWith(INCLUDE + header)) && !name.endsWith('/')) {
    return path.join('include', name.slice(INCLUDE.length));
  }
  if (wheel.libraries.some((library) => name === `tensorflow/${library}`)) {
    return path.join('lib', path.basename(name));
  }
  return wheel.beside.includes(name) ? name : null;
}
