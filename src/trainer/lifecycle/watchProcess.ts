import type { EndLine } from '../../core/run/record.ts';
import { endDescendants } from '../../processes/endProcessTree.ts';
import type { OpenRecording } from '../io/recording.ts';
import type { SourcePositions } from '../loading/positions.ts';
import { describeThrown, howItEnded, STOPPED_EXIT } from './howItEnded.ts';

/** How far training is. */
export interface Progress {
  readonly steps: number;
  readonly observed: number;
  readonly training: string | null;
  flush(): void;
}

export interface ProcessWatch {
  /** Says how far training is; before that, no step was made. */
  follow(progress: Progress): void;
  /** Ends the run as it was asked to, and the process with all that it started. */
  stop(): never;
}

/** Ends the record with how the process ended. What Node does with errors and exits stays as it is. */
export function watchProcess(recording: OpenRecording, positions: SourcePositions): ProcessWatch {
  let progress: Progress = { steps: 0, observed: 0, training: null, flush: () => undefined };
  let thrown: { readonly value: unknown } | null = null;
  let drained = false;

  const finish = (end: Pick<EndLine, 'state' | 'reason' | 'exitCode' | 'error'>): void => {
    progress.flush();
    const { steps, observed } = progress;
    recording.finish({ ...end, steps, observed });
  };
  const stop = (): never => {
    const { steps } = progress;
    const state = recording.stopRequested ?? 'cancelled';
    const what = state === 'cancelled' ? 'cancelled' : 'nobody watched it any more: stopped';
    const reason = steps === 0 ? `${what} before the first training step` : `${what} after training step ${steps}`;
    finish({ state, reason, exitCode: STOPPED_EXIT, error: null });
    endDescendants(process.pid);
    process.exit(STOPPED_EXIT);
  };

  // Only looked at: a handler of the script's own may still deal with it, and the run go on.
  process.on('uncaughtExceptionMonitor', (value) => (thrown = { value }));
  const onExit = (code: number): void => {
    const exitCode = typeof process.exitCode === 'number' ? process.exitCode : code;
    const { steps, training } = progress;
    const { state, reason } = howItEnded({ exitCode, thrown, drained, training, steps });
    const error =
      state === 'failed' && thrown !== null
        ? describeThrown(thrown.value, (value) => positions.userPosition(value))
        : null;
    finish({ state, reason, exitCode, error });
  };
  process.on('exit', onExit);
  process.on('beforeExit', () => {
    drained = true;
    // To the end of the queue: what Node and the script do on exit may still change the exit status.
    process.off('exit', onExit);
    process.on('exit', onExit);
  });
  // Ctrl+C reaches every process of a terminal; the default would cut the record short before the host can cancel.
  process.on('SIGINT', () => {
    recording.requestCancel();
    if (process.listenerCount('SIGINT') === 1) {
      stop();
    }
  });
  recording.onStop(stop);
  return { follow: (given) => (progress = given), stop };
}
