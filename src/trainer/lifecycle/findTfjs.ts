import { createRequire } from 'node:module';
import type * as Tf from '@tensorflow/tfjs';
import { isMissing, NATIVE_PACKAGES, TFJS } from '../loading/rules.ts';

export interface FoundTfjs {
  readonly file: string;
  /** `debugger`: the script's project has none, and the debugger's own copy serves. */
  readonly owner: 'script' | 'debugger';
}

/**
 * The copy of tfjs that a script trains with: the one its own imports find, or the one its tfjs-node brings along, else the
 * debugger's own. Null where there is none at all.
 */
export function findTfjs(entry: string, ownFile: string): FoundTfjs | null {
  const beside = resolveFrom(entry, TFJS);
  if (beside !== null) {
    return { file: beside, owner: 'script' };
  }
  for (const name of NATIVE_PACKAGES) {
    const native = resolveFrom(entry, `${name}/package.json`);
    const brought = native === null ? null : resolveFrom(native, TFJS);
    if (brought !== null) {
      return { file: brought, owner: 'script' };
    }
  }
  const own = resolveFrom(ownFile, TFJS);
  return own === null ? null : { file: own, owner: 'debugger' };
}

/** @throws what the package throws while it loads */
export function loadTfjs({ file }: FoundTfjs): typeof Tf {
  return createRequire(file)(file) as typeof Tf;
}

/** @returns null where the package is missing. @throws for a package that is there and cannot be resolved */
export function resolveFrom(file: string, specifier: string): string | null {
  try {
    return createRequire(file).resolve(specifier);
  } catch (error) {
    if (isMissing(error, specifier)) {
      return null;
    }
    throw error;
  }
}
