import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of the nearest package.json at or above a training script; where there is none, the script's own folder. */
export function workingFolder(entry: string): string {
  const own = path.dirname(path.resolve(entry));
  for (let folder = own; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) {
      return folder;
    }
    if (folder === path.dirname(folder)) {
      return own;
    }
  }
}
