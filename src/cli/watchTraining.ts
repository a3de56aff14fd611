import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { RECORD_FILE } from '../core/run/record.ts';
import type { Training, TrainingEnd } from '../launch/training.ts';
import { cancelOnSignals } from './cancelOnSignals.ts';
import { CommandError } from './commandError.ts';
import { EXIT } from './exitStatus.ts';
import type { FoundRun } from './findRun.ts';
import type { Display } from './progress/display.ts';
import { RecordTail } from '../launch/tailRecord.ts';

export interface TrainingOutcome {
  readonly end: TrainingEnd;
  /** Whether the user asked for the end. */
  readonly cancelled: boolean;
  /** Where the record lies at last; null where the trainer was gone before there was one. */
  readonly found: FoundRun | null;
}

const TICK_MS = 200;

/** How long the script's last output may take after its process has ended: something else may hold the pipe open. */
const LAST_OUTPUT_MS = 1_000;

/**
 * Shows a training's progress until its process has ended.
 * @throws {CommandError} with status 6 where the process could not be started
 */
export async function watchTraining(training: Training, display: Display): Promise<TrainingOutcome> {
  let tail: RecordTail | null = null;
  let found: FoundRun | null = null;
  let steps = 0;
  training.onMessage((message) => {
    switch (message.type) {
      case 'record': {
        const { folder, moved } = message;
        found = { folder, record: join(folder, RECORD_FILE) };
        // A record that moved holds all its lines in its new place too.
        void tail?.close();
        tail = new RecordTail(found.record);
        display.recordingIn(folder);
        if (moved !== null) {
          display.notice(moved);
        }
        break;
      }
      case 'grown':
        steps = Math.max(steps, message.step);
        break;
      case 'notice':
        display.notice(message.message);
        break;
      case 'inspector':
        break; // never asked for here
    }
  });
  const output = forward(training, display);
  const interruption = cancelOnSignals(training, (message) => display.notice(message));
  let reading = false;
  const timer = setInterval(() => {
    if (tail === null || reading) {
      return;
    }
    const { run } = tail;
    reading = true;
    void tail
      .read()
      .then(
        () => display.progress(run, steps),
        // Only the display waits for this. A file that still cannot be read at the end is told then.
        () => undefined,
      )
      .finally(() => (reading = false));
  }, TICK_MS);
  try {
    const end = await training.done.catch(notStarted);
    await Promise.race([output, delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
    return { end, cancelled: interruption.asked, found };
  } finally {
    clearInterval(timer);
    interruption.dispose();
    display.close();
    await (tail as RecordTail | null)?.close();
  }
}

function notStarted(error: unknown): never {
  throw new CommandError(error instanceof Error ? error.message : String(error), EXIT.trainerLost);
}

/** Hands the script's output on, where it does not write to this process's own streams. Resolves when it has ended. */
async function forward({ stdout, stderr }: Training, display: Display): Promise<void> {
  const hand = async (stream: Readable | null, from: 'stdout' | 'stderr'): Promise<void> => {
    if (stream !== null) {
      stream.on('data', (chunk: Buffer) => display.scriptOutput(chunk, from));
      // A pipe that breaks has ended as well: the process's own end tells why.
      await finished(stream).catch(() => undefined);
    }
  };
  await Promise.all([hand(stdout, 'stdout'), hand(stderr, 'stderr')]);
}
