import { accessSync, constants, readdirSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isScript, SCRIPT_ENDINGS } from '../launch/trainingChoices.ts';
import { didYouMean } from './closest.ts';
import { UsageError } from './commandError.ts';
import { kindOfPath as kindOf } from './kindOfPath.ts';
import type { AskedTraining } from './optionValues.ts';

/** The paths of a train command, absolute. */
export interface TrainPaths {
  readonly entry: string;
  readonly cwd: string | null;
  readonly runs: string | null;
  readonly node: string | null;
}

/** Looks at every path before anything is started, so that a slip of the pen is told at once. */
export function checkTrainPaths({ file, cwd, runs, node }: AskedTraining): TrainPaths {
  return {
    entry: script(file),
    cwd: cwd === null ? null : folder('--cwd', cwd),
    runs: runs === null ? null : folderToBe('--runs', runs),
    node: node === null ? null : program('--node', node),
  };
}

function script(file: string): string {
  const path = resolve(file);
  const kind = kindOf(path);
  if (kind === 'absent') {
    throw new UsageError(`There is no file ${file}.${didYouMean(basename(path), neighbours(path))}`);
  }
  if (kind === 'folder') {
    const scripts = neighbours(resolve(path, 'x')).filter(isScript);
    const inside = scripts.length === 0 ? '' : ` In it: ${scripts.slice(0, 8).join(', ')}.`;
    throw new UsageError(`${file} is a folder; FILE is the training script itself.${inside}`);
  }
  if (!isScript(path)) {
    throw new UsageError(`${file} is not a script that can be trained: it must end in ${SCRIPT_ENDINGS.join(', ')}.`);
  }
  return path;
}

function folder(option: string, value: string): string {
  const path = resolve(value);
  const kind = kindOf(path);
  if (kind === 'absent') {
    throw new UsageError(`${option}: there is no folder ${value}.${didYouMean(basename(path), neighbours(path))}`);
  }
  if (kind !== 'folder') {
    throw new UsageError(`${option}: ${value} is a file, not a folder.`);
  }
  return path;
}

function folderToBe(option: string, value: string): string {
  return kindOf(resolve(value)) === 'absent' ? resolve(value) : folder(option, value);
}

function program(option: string, value: string): string {
  const path = resolve(value);
  if (kindOf(path) !== 'file') {
    throw new UsageError(
      `${option}: there is no program ${value}. Give the path of a node, as \`which node\` prints it.`,
    );
  }
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new UsageError(`${option}: ${value} is not a program that may be run.`);
  }
  return path;
}

/** The names beside a path; none where its folder cannot be read, for they only serve a suggestion. */
function neighbours(path: string): string[] {
  try {
    return readdirSync(dirname(path));
  } catch {
    return [];
  }
}
