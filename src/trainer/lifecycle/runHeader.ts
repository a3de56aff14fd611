import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { RECORD_VERSION, type HeaderLine } from '../../core/run/record.ts';
import type { TrainingConfiguration } from '../../protocol/trainingConfiguration.ts';
import { relativeInside } from '../loading/positions.ts';

declare const MTL_DEBUGGER_VERSION: string;

/** The record's first line, but for the run's name, which its folder decides. */
export function runHeader(
  configuration: TrainingConfiguration,
  time: Date,
  backend: HeaderLine['backend'],
  tfjsVersion: string | null,
): Omit<HeaderLine, 'run'> {
  const { entry, args, cwd, seed, every, budget } = configuration;
  return {
    type: 'header',
    version: RECORD_VERSION,
    time: time.toISOString(),
    entry: relativeInside(cwd, entry)?.replaceAll('\\', '/') ?? entry,
    args,
    cwd,
    seed,
    every,
    budget,
    backend,
    versions: {
      node: process.versions.node,
      tfjs: tfjsVersion,
      'mtl-debugger': MTL_DEBUGGER_VERSION,
      platform: `${process.platform}-${process.arch}`,
    },
    commit: commitOf(cwd),
    scriptHash: hashOf(entry),
    pid: process.pid,
  };
}

/** Null where the folder is under no version control, or git is not there to ask. */
function commitOf(folder: string): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    }).trim();
  } catch {
    return null;
  }
}

function hashOf(file: string): string | null {
  try {
    return `sha256:${createHash('sha256')
      .update(new Uint8Array(readFileSync(file)))
      .digest('hex')}`;
  } catch {
    return null;
  }
}
