import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { EndLine, HeaderLine, RecordLine } from '../../src/core/run/record.ts';
import { startTraining, type TrainingOptions } from '../../src/launch/startTraining.ts';
import type { Training, TrainingEnd } from '../../src/launch/training.ts';
import type { TrainerToHost } from '../../src/protocol/messages.ts';
import { builtPreload } from './project.ts';

export interface Trained extends TrainingEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly messages: readonly TrainerToHost[];
  /** The newest place of the record; null where there never was one. */
  readonly folder: string | null;
  readonly lines: readonly RecordLine[];
  readonly header: HeaderLine;
  /** The end line; undefined for a run that was cut short. */
  readonly end: EndLine | undefined;
}

export interface Started extends Training {
  readonly result: Promise<Trained>;
  /** Resolves with the first message for which `test` holds. */
  message(test: (message: TrainerToHost) => boolean): Promise<TrainerToHost>;
}

/** Starts a script on the built trainer. cpu by default: it is there at once, and every backend is tested elsewhere. */
export function start(entry: string, options: Partial<TrainingOptions> = {}): Started {
  const training = startTraining({
    entry,
    args: [],
    every: 1,
    seed: 1,
    backend: 'cpu',
    stdio: 'pipe',
    preload: builtPreload,
    ...options,
  });
  const messages: TrainerToHost[] = [];
  training.onMessage((message) => messages.push(message));
  const read = (stream: Readable | null): Promise<string> => (stream === null ? Promise.resolve('') : text(stream));
  const output = Promise.all([read(training.stdout), read(training.stderr)]);
  const result = training.done.then(async (ended): Promise<Trained> => {
    const [stdout, stderr] = await output;
    const places = messages.flatMap((message) => (message.type === 'record' ? [message.folder] : []));
    const folder = places.at(-1) ?? null;
    const lines = folder === null ? [] : linesIn(folder);
    const end = lines.find((line) => line.type === 'end');
    return { ...ended, stdout, stderr, messages, folder, lines, header: lines[0] as HeaderLine, end };
  });
  return {
    ...training,
    result,
    message: (test) =>
      new Promise((resolve) => {
        messages.filter(test).slice(0, 1).forEach(resolve);
        training.onMessage((message) => {
          if (test(message)) {
            resolve(message);
          }
        });
      }),
  };
}

export function train(entry: string, options: Partial<TrainingOptions> = {}): Promise<Trained> {
  return start(entry, options).result;
}

/** The complete lines of a record; a cut last line is left out. */
export function linesIn(folder: string): RecordLine[] {
  const file = path.join(folder, 'record.jsonl');
  const complete = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return complete.map((line) => JSON.parse(line) as RecordLine);
}
