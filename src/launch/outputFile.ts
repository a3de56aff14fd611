import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OutputTail } from './tailOutput.ts';

/** A fresh file for a script's output, open for both sides. */
export interface OutputFile {
  /** Absolute, as long as the trainer has not moved it beside its record. */
  readonly path: string;
  /** For the process that writes it; whoever has started the process closes its own copy. */
  readonly writeTo: number;
  readonly tail: OutputTail;
  /** Takes the file away where the trainer never came to a record. */
  discard(): void;
}

/** Makes the file where runs are recorded, so that it can be moved beside the record; elsewhere where that cannot be. */
export function makeOutputFile(runsFolder: string): OutputFile {
  const name = `.starting-${randomBytes(6).toString('hex')}.log`;
  try {
    mkdirSync(runsFolder, { recursive: true });
    return open(path.join(runsFolder, name));
  } catch {
    return open(path.join(mkdtempSync(path.join(tmpdir(), 'mtl-debugger-')), name));
  }
}

function open(file: string): OutputFile {
  // Appending: the script's two streams are one file, and neither may write over the other.
  const writeTo = openSync(file, 'a', 0o600);
  try {
    return { path: file, writeTo, tail: OutputTail.open(file), discard: () => rmSync(file, { force: true }) };
  } catch (error) {
    closeSync(writeTo);
    throw error;
  }
}
