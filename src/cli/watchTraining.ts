import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { RecordProblems } from '../core/run/readRecord.ts';
import { RECORD_FILE } from '../core/run/record.ts';
import type { Run } from '../core/run/run.ts';
import type { TrainerToHost } from '../protocol/messages.ts';
import type { Display } from './progress/display.ts';
import { RecordTail } from './tailRecord.ts';

/** As much of a training process as it takes to watch it. */
export interface WatchedTraining {
  readonly pid: number;
  readonly folder: Promise<string>;
  /** Null where the script writes to this process's own streams. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  onMessage(listener: (message: TrainerToHost) => void): unknown;
  cancel(): void;
  readonly done: Promise<TrainerEnd>;
}

export interface TrainerEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface WatchedRun {
  readonly folder: string;
  readonly record: string;
  readonly run: Run;
  readonly problems: RecordProblems;
}

export interface TrainingOutcome {
  readonly end: TrainerEnd;
  /** Whether the user asked for the end. */
  readonly cancelled: boolean;
  /** Null where the trainer was gone before there was a record. */
  readonly recorded: WatchedRun | null;
}

const TICK_MS = 200;

/** Shows a training's progress until its process has ended, and reads its record to the end. */
export async function watchTraining(training: WatchedTraining, display: Display): Promise<TrainingOutcome> {
  let tail: RecordTail | null = null;
  let folder: string | null = null;
  let steps = 0;
  const follow = (place: string): void => {
    if (place !== folder) {
      folder = place;
      void tail?.close();
      tail = new RecordTail(join(place, RECORD_FILE));
      display.recordingIn(place);
    }
  };
  training.onMessage((message) => {
    switch (message.type) {
      case 'record':
        follow(message.folder);
        if (message.moved !== null) {
          display.notice(message.moved);
        }
        break;
      case 'grown':
        steps = Math.max(steps, message.step);
        break;
      case 'notice':
        display.notice(message.message);
        break;
    }
  });
  const started = training.folder.then(follow, () => undefined);
  training.stdout?.on('data', (chunk: Buffer) => display.scriptOutput(chunk, 'stdout'));
  training.stderr?.on('data', (chunk: Buffer) => display.scriptOutput(chunk, 'stderr'));
  const interruption = cancelOnSignals(training, display);
  let reading = false;
  const timer = setInterval(() => {
    if (tail === null || reading) {
      return;
    }
    const current = tail;
    reading = true;
    // A file that cannot be read now is told when it still cannot at the end.
    const shown = current.read().then(
      () => display.progress(current.run, steps),
      () => undefined,
    );
    void shown.finally(() => (reading = false));
  }, TICK_MS);
  const end = await training.done;
  clearInterval(timer);
  await started;
  interruption.dispose();
  display.close();
  return { end, cancelled: interruption.asked, recorded: await readToEnd(tail, folder) };
}

async function readToEnd(tail: RecordTail | null, folder: string | null): Promise<WatchedRun | null> {
  if (tail === null || folder === null) {
    return null;
  }
  const problems = await tail.finish();
  return { folder, record: tail.path, run: tail.run, problems };
}

/** The first signal asks the training to end after its step, the second kills it. */
function cancelOnSignals(training: WatchedTraining, display: Display): { readonly asked: boolean; dispose(): void } {
  let asked = false;
  const onSignal = (): void => {
    if (asked) {
      display.notice('Killed. What was recorded is kept.');
      process.kill(training.pid, 'SIGKILL');
      return;
    }
    asked = true;
    display.notice('Cancelling: the training ends after its current step. Ctrl-C again kills it.');
    training.cancel();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  signals.forEach((signal) => process.on(signal, onSignal));
  return {
    get asked() {
      return asked;
    },
    dispose: () => signals.forEach((signal) => process.off(signal, onSignal)),
  };
}
