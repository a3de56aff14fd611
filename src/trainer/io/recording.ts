import { Worker } from 'node:worker_threads';
import type { EndLine, HeaderLine, RecordLine } from '../../core/run/record.ts';
import type { Readings } from '../../core/run/windows/readings.ts';
import { NumberRing } from './numberRing.ts';
import { SentReadings } from './sentReadings.ts';
import { SharedState, type StopReason } from './sharedState.ts';
import type { FromRecorder, RecorderStart, ToRecorder } from './threadMessages.ts';

/** The run's record, as the training thread sees it. It does no input or output itself. */
export interface Recording {
  append(line: RecordLine): void;
  /** What is read at every step: cheaper than lines, and in order with them. */
  readonly readings: Readings;
  /** Says how far the run is, cheaply enough for every step. */
  noteStep(step: number): void;
  /** Why the run is to end at its next step; null: it is not. */
  readonly stopRequested: StopReason | null;
  /** Ends the record; the first call wins. Blocks until everything is on disk, or 10 s at most. */
  finish(end: Omit<EndLine, 'type' | 'time'>): void;
}

export interface OpenRecording extends Recording {
  /** The first line; nothing may be appended before it. The run's folder is made now. */
  begin(header: Omit<HeaderLine, 'run'>): void;
  /** A sentence that the user should read now. */
  notice(message: string): void;
  /** The script waits for a JavaScript debugger at this address. */
  inspector(url: string): void;
  /** As if a host had asked. */
  requestCancel(): void;
  /** `listener` is called when the run is to end while the event loop turns. */
  onStop(listener: () => void): void;
}

export interface RecordingOptions extends Omit<RecorderStart, 'shared' | 'ring'> {
  /** The built recorder.mjs. */
  readonly recorder: URL;
}

/** Lines the I/O thread may be behind before the training thread waits for it. */
const FAR_BEHIND = 2_000;

/** The longest wait for a slow disk at one line, in milliseconds. Nothing is dropped after it: memory grows. */
const SLOW_DISK = 1_000;

/** The longest wait for the last lines, in milliseconds. */
const LAST_LINES = 10_000;

/** Starts the I/O thread. Resolves when it watches the host. @throws when the thread cannot be started */
export async function startRecording({ recorder, ...options }: RecordingOptions): Promise<OpenRecording> {
  const shared = new SharedState();
  const ring = new NumberRing();
  // Nothing of the script's own options or environment may reach this thread.
  const worker = new Worker(recorder, {
    execArgv: [],
    env: {},
    name: 'mtl-debugger recorder',
    workerData: { ...options, shared: shared.buffer, ring: ring.buffer } satisfies RecorderStart,
  });
  const stopListeners: (() => void)[] = [];
  /** Nothing more is written: nobody waits for a thread that takes nothing. */
  let isOver = false;
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: FromRecorder) => {
      if (message.type === 'ready') {
        worker.off('error', reject);
        resolve();
      } else {
        stopListeners.forEach((listener) => listener());
      }
    });
  });
  // A listener added later would keep the process alive again.
  worker.unref();
  worker.on('error', (error) => {
    isOver = true;
    process.stderr.write(`mtl-debugger: the run's record ends here, its I/O thread failed: ${error.message}\n`);
  });

  let sent = 0;
  let lines = 0;
  const post = (message: ToRecorder): void => {
    sent++;
    worker.postMessage(message);
  };
  const readings = new SentReadings(ring, {
    post,
    get sent() {
      return sent;
    },
    get isOver() {
      return isOver;
    },
  });
  const append = (line: RecordLine): void => {
    post({ type: 'line', kind: line.type, text: JSON.stringify(line), put: readings.put });
    lines++;
    const done = shared.linesDone;
    if (lines - done > FAR_BEHIND) {
      shared.waitForLinesDone(done, SLOW_DISK);
    }
  };

  return {
    append: (line) => {
      if (!isOver) {
        append(line);
      }
    },
    readings,
    noteStep: (step) => (shared.step = step),
    get stopRequested() {
      return shared.stopRequested;
    },
    finish: (end) => {
      if (isOver) {
        return;
      }
      isOver = true;
      append({ type: 'end', time: performance.timeOrigin + performance.now() - options.startedAt, ...end });
      post({ type: 'close' });
      if (!shared.waitUntilClosed(LAST_LINES)) {
        process.stderr.write("mtl-debugger: the disk is slow, the run's last lines may be missing from its record.\n");
      }
    },
    begin: (header) => post({ type: 'begin', header }),
    notice: (message) => post({ type: 'notice', message }),
    inspector: (url) => post({ type: 'inspector', url }),
    requestCancel: () => shared.requestStop('cancelled'),
    onStop: (listener) => void stopListeners.push(listener),
  };
}
