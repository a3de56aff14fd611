import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HeaderLine } from '../core/run/record.ts';

/** A source file of a run, as it lies on this machine now. */
export interface RunSource {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  /** It is another than the run was trained with. Of the entry its hash tells; of others, that they were written later. */
  readonly edited: boolean;
}

/** @param file as positions of the record name it. Null where it cannot be read: then there is nothing to point at. */
export function readRunSource(header: HeaderLine, file: string): RunSource | null {
  const path = resolve(header.cwd, file);
  try {
    const bytes = readFileSync(path);
    const isHashed = header.scriptHash !== null && path === resolve(header.cwd, header.entry);
    const edited = isHashed
      ? header.scriptHash !== `sha256:${createHash('sha256').update(bytes).digest('hex')}`
      : statSync(path).mtimeMs > new Date(header.time).getTime();
    return { path, text: bytes.toString('utf8'), edited };
  } catch {
    return null;
  }
}
