import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** `2026-11-24T02-18-07-train`: when the run started (UTC), and its script. */
export function runName(startedAt: Date, entry: string): string {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  const script = path
    .parse(entry)
    .name.replaceAll(/[^\w.-]+/g, '_')
    .slice(0, 60);
  return `${time}-${script === '' ? 'script' : script}`;
}

/**
 * Makes a new folder `name`, or `name-2`, `name-3` ... where that one is taken: runs that start in the same second stay
 * apart. @throws the file system's error where no folder can be made
 */
export function makeRunFolder(runsFolder: string, name: string): string {
  mkdirSync(runsFolder, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const folder = path.join(runsFolder, attempt === 1 ? name : `${name}-${attempt}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') {
        throw error;
      }
    }
  }
}

/** Keeps the workspace's runs out of version control; a .gitignore that is there stays as it is. */
export function ignoreInGit(folder: string): void {
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      throw error;
    }
  }
}

/** The system's name of an error, such as ENOSPC; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
