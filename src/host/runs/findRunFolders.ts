import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { RECORD_FILE } from '../../core/run/record.ts';

/** How deep below a workspace folder a package may lie whose runs are listed, and how many folders are looked into. */
const DEEPEST = 4;
const MOST_FOLDERS = 2_000;

/** Folders that hold no training script of the user's. */
const leftOut = (name: string): boolean => name === 'node_modules' || (name.startsWith('.') && name !== '.mtl');

/** The `.mtl/runs` folders in and below a workspace folder: every package of a monorepo has its own. */
export async function findRunsFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  let level = [root];
  let seen = 0;
  for (let depth = 0; depth <= DEEPEST && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (++seen > MOST_FOLDERS) {
        return found;
      }
      for (const name of await foldersIn(folder)) {
        if (name === '.mtl') {
          found.push(path.join(folder, name, 'runs'));
        } else if (!leftOut(name)) {
          next.push(path.join(folder, name));
        }
      }
    }
    level = next;
  }
  return found;
}

/** The runs in a runs folder, absolute, oldest first: their names begin with their time. */
export async function runFoldersIn(runsFolder: string): Promise<string[]> {
  const names = await foldersIn(runsFolder);
  const runs = await Promise.all(
    names.map(async (name) => ((await filesIn(path.join(runsFolder, name))).includes(RECORD_FILE) ? [name] : [])),
  );
  return runs
    .flat()
    .sort()
    .map((name) => path.join(runsFolder, name));
}

async function foldersIn(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function filesIn(folder: string): Promise<string[]> {
  return (await entriesOf(folder)).filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** None where the folder is absent or may not be read: nothing in it can be listed. */
async function entriesOf(folder: string): ReturnType<typeof readdirWithTypes> {
  return readdirWithTypes(folder).catch(() => []);
}

function readdirWithTypes(folder: string) {
  return readdir(folder, { withFileTypes: true });
}
