import { renameSync } from 'node:fs';
import path from 'node:path';
import { OUTPUT_FILE } from '../../protocol/attachment.ts';

/** The file that a script's output goes to. It lies beside the record, as far as that can be. */
export class ScriptOutputFile {
  constructor(private place: string | null) {}

  /** Absolute; null where the script writes elsewhere. */
  get path(): string | null {
    return this.place;
  }

  /** The script goes on writing to it: an open file does not mind its name. */
  moveTo(runFolder: string): void {
    if (this.place === null) {
      return;
    }
    const target = path.join(runFolder, OUTPUT_FILE);
    try {
      renameSync(this.place, target);
      this.place = target;
    } catch {
      // On another disk, or deleted with its folder: it stays where it is.
    }
  }
}
