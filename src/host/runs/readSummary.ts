import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { RecordReader } from '../../core/run/readRecord.ts';
import { RECORD_FILE } from '../../core/run/record.ts';
import { Run, type RunState } from '../../core/run/run.ts';
import { processLives } from '../../processes/processLives.ts';

/** What the list of runs shows of one: read from the record's two ends, however long it is. */
export interface RunSummary {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  /** The training script, absolute; null where the record has no header that can be read. */
  readonly entry: string | null;
  /** ISO 8601. */
  readonly time: string | null;
  readonly state: RunState | 'unreadable';
  /** Why it ended, or why it cannot be read. */
  readonly reason: string | null;
  readonly steps: number;
  readonly tasks: readonly string[];
  /** Files that hold its training calls, absolute: a script may import what trains. */
  readonly trainsIn: readonly string[];
}

/** The header, the first graph and the first steps stand here. */
const HEAD = 256 * 1024;
/** The end, the last steps. */
const END = 64 * 1024;

/** Never rejects: a run that cannot be read is listed as such. */
export async function readSummary(folder: string): Promise<RunSummary> {
  const run = new Run();
  const reader = new RecordReader();
  let fault: string | null = null;
  try {
    const file = await open(path.join(folder, RECORD_FILE), 'r');
    try {
      await readEnds(file, run, reader);
    } finally {
      await file.close();
    }
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
  }
  const { header, plan, graph, end } = run;
  const calls = [plan?.position, ...(graph?.objectives ?? []).map(({ position }) => position)];
  fault ??= reader.problems.refused ?? (header === null ? 'its first line is no header' : null);
  return {
    folder,
    name: path.basename(folder),
    entry: header === null ? null : path.resolve(header.cwd, header.entry),
    time: header?.time ?? null,
    state: fault === null ? run.state(processLives(header?.pid ?? null)) : 'unreadable',
    reason: fault ?? end?.reason ?? null,
    steps: run.stepsDone,
    tasks: graph?.terms.filter(({ kind }) => kind === 'task').map(({ name }) => name) ?? [],
    trainsIn: [
      ...new Set(calls.flatMap((at) => (at == null || header === null ? [] : [path.resolve(header.cwd, at.file)]))),
    ],
  };
}

async function readEnds(file: FileHandle, run: Run, reader: RecordReader): Promise<void> {
  const { size } = await file.stat();
  const add = (lines: ReturnType<RecordReader['read']>): void => lines.forEach((line) => run.add(line));
  if (size <= HEAD + END) {
    add(reader.read(await piece(file, 0, size)));
    add(reader.readRest());
    return;
  }
  add(reader.read(await piece(file, 0, HEAD)));
  const end = await piece(file, size - END, END);
  const rest = new RecordReader();
  // The first line of a piece from the middle is cut.
  add(rest.read(end.subarray(end.indexOf(0x0a) + 1)));
  add(rest.readRest());
}

async function piece(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
