import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { RECORD_FILE } from '../core/run/record.ts';
import { didYouMean } from './closest.ts';
import { CommandError } from './commandError.ts';
import { EXIT } from './exitStatus.ts';
import { kindOfPath } from './kindOfPath.ts';

export interface FoundRun {
  /** Absolute. */
  readonly folder: string;
  readonly record: string;
}

/**
 * The run that RUN names: `latest`, a run's folder, a record file, or the name of a run in the runs folder.
 * Without `runs` that is the `.mtl/runs` of the nearest folder, from `from` upwards, that has one.
 * @throws {CommandError} with status 5 where there is no such run
 */
export function findRun(name: string, runs: string | null, from: string): FoundRun {
  const folder = runs === null ? nearestRuns(from) : resolve(from, runs);
  const names = folder === null ? [] : runNames(folder);
  const where = folder ?? join(from, '.mtl', 'runs');
  if (name === 'latest') {
    const newest = names.at(-1);
    if (newest === undefined) {
      throw new CommandError(
        `There is no recorded run in ${where}. Train first: mtl-debugger train FILE`,
        EXIT.unreadable,
      );
    }
    return inFolder(join(where, newest));
  }
  const path = resolve(from, name);
  switch (kindOfPath(path)) {
    case 'file':
      return { folder: dirname(path), record: path };
    case 'folder':
      return recordIn(path, name);
    case 'absent':
      if (names.includes(name)) {
        return inFolder(join(where, name));
      }
      throw new CommandError(
        `There is no run ${name}: neither a file or folder of that name nor a run in ${where}.` +
          didYouMean(basename(path), ['latest', ...names]),
        EXIT.unreadable,
      );
  }
}

function recordIn(folder: string, name: string): FoundRun {
  const found = inFolder(folder);
  if (!existsSync(found.record)) {
    throw new CommandError(
      `${name} is not the folder of a run: there is no ${RECORD_FILE} in it. Runs lie in .mtl/runs; ` +
        'mtl-debugger report latest takes the newest.',
      EXIT.unreadable,
    );
  }
  return found;
}

function inFolder(folder: string): FoundRun {
  return { folder, record: join(folder, RECORD_FILE) };
}

function nearestRuns(from: string): string | null {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const runs = join(folder, '.mtl', 'runs');
    if (existsSync(runs)) {
      return runs;
    }
    if (folder === dirname(folder)) {
      return null;
    }
  }
}

/** The runs in a folder, oldest first: their names begin with their time. */
function runNames(folder: string): string[] {
  if (kindOfPath(folder) !== 'folder') {
    return [];
  }
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, RECORD_FILE)))
    .sort();
}
