import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { RECORD_FILE } from '../../../src/core/run/record.ts';
import { startTraining } from '../../../src/launch/startTraining.ts';
import type { Variant } from './variant.ts';

/** Every n-th step is observed deeply: a fixed interval, so that what is found does not depend on how busy the machine is. */
export const EVERY = 2;

/** Where scripts, records and results are kept: inside the repository, so that scripts find tfjs and the runtime library; ignored by Git. */
export const KEPT = '.faults';

/** The built trainer and library: with other ones, a record may be another. */
export function trainerKey(root: string): string {
  const hash = createHash('sha256');
  const trainer = path.join(root, 'dist', 'trainer');
  for (const file of readdirSync(trainer)
    .filter((name) => name.endsWith('.mjs'))
    .sort()) {
    hash.update(readFileSync(path.join(trainer, file)));
  }
  return hash.update(readFileSync(path.join(root, 'dist', 'runtime', 'index.mjs'))).digest('hex');
}

export function trainedKey(variant: Variant, seed: number, trainer: string): string {
  return createHash('sha256').update(`${trainer} ${EVERY} ${seed} ${variant.script}`).digest('hex').slice(0, 12);
}

/** The kept record of a training; null where it was not trained, or with another script or trainer. */
export function keptRecord(root: string, variant: Variant, seed: number, key: string): string | null {
  const file = recordFile(root, variant, seed, key);
  return existsSync(file) ? gunzipSync(readFileSync(file)).toString('utf8') : null;
}

/** Any record of a variant and seed, whatever wrote it. */
export function anyKeptRecord(root: string, variant: Variant, seed: number): string | null {
  const folder = path.join(root, KEPT, 'records');
  const start = `${variant.id}.${seed}.`;
  const [name] = existsSync(folder) ? readdirSync(folder).filter((each) => each.startsWith(start)) : [];
  return name === undefined ? null : gunzipSync(readFileSync(path.join(folder, name))).toString('utf8');
}

function recordFile(root: string, { id }: Variant, seed: number, key: string): string {
  return path.join(root, KEPT, 'records', `${id}.${seed}.${key}.jsonl.gz`);
}

/** Trains a variant's script in a process of its own, as `mtl-debugger train --every 2 --seed SEED --backend wasm` does. */
export async function trainVariant(root: string, variant: Variant, seed: number, key: string): Promise<string> {
  const scripts = path.join(root, KEPT, 'scripts');
  const runsFolder = path.join(root, KEPT, 'runs', `${variant.id}.${seed}`);
  mkdirSync(scripts, { recursive: true });
  const entry = path.join(scripts, `${variant.id}.mjs`);
  if (!existsSync(entry) || readFileSync(entry, 'utf8') !== variant.script) {
    writeFileSync(entry, variant.script);
  }
  const training = startTraining({
    entry,
    args: [String(seed)],
    every: EVERY,
    seed,
    backend: 'wasm',
    stdio: 'pipe',
    cwd: scripts,
    runsFolder,
    preload: path.join(root, 'dist', 'trainer', 'preload.mjs'),
  });
  const read = (stream: Readable | null): Promise<string> => (stream === null ? Promise.resolve('') : text(stream));
  const output = Promise.all([read(training.stdout), read(training.stderr)]);
  const folder = await training.folder;
  await training.done;
  await output;
  const record = readFileSync(path.join(folder, RECORD_FILE), 'utf8');
  rmSync(runsFolder, { recursive: true, force: true });
  const file = recordFile(root, variant, seed, key);
  mkdirSync(path.dirname(file), { recursive: true });
  const older = readdirSync(path.dirname(file)).filter((name) => name.startsWith(`${variant.id}.${seed}.`));
  older.forEach((name) => rmSync(path.join(path.dirname(file), name)));
  writeFileSync(file, gzipSync(record));
  return record;
}
