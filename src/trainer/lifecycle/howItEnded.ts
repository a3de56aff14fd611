import { inspect } from 'node:util';
import type { EndLine, SourcePosition } from '../../core/run/record.ts';

/** The exit status of a run that was asked to end: 128 and the number of SIGINT, as a shell would report it. */
export const STOPPED_EXIT = 130;

/** What is known when a training process ends. */
export interface ProcessEnd {
  readonly exitCode: number;
  /** What was thrown and reached the top, if anything. */
  readonly thrown: { readonly value: unknown } | null;
  /** The event loop had nothing left to do; else `process.exit` was called. */
  readonly drained: boolean;
  /** The training call that had not returned. */
  readonly training: string | null;
  readonly steps: number;
}

/** How a run ended, for the record's last line. */
export function howItEnded({
  exitCode,
  thrown,
  drained,
  training,
  steps,
}: ProcessEnd): Pick<EndLine, 'state' | 'reason'> {
  const sofar = steps === 1 ? 'after 1 training step' : `after ${steps} training steps`;
  if (exitCode !== 0 && thrown !== null) {
    const [message = ''] = messageOf(thrown.value).split('\n', 1);
    return { state: 'failed', reason: `the script failed ${sofar}: ${message}` };
  }
  if (exitCode === UNSETTLED_AWAIT) {
    return { state: 'exited', reason: `an await at the script's top level waits for what never comes, ${sofar}` };
  }
  if (exitCode !== 0) {
    const inside = training === null ? '' : ` in the middle of ${training}`;
    return { state: 'exited', reason: `the script ended${inside} with exit status ${exitCode}, ${sofar}` };
  }
  if (training !== null) {
    return drained
      ? { state: 'exited', reason: `nothing was left to wait for in the middle of ${training}, ${sofar}` }
      : { state: 'exited', reason: `process.exit was called in the middle of ${training}, ${sofar}` };
  }
  if (steps === 0) {
    const reason =
      'no training step was seen: the script ended without fit, fitDataset, trainOnBatch, minimize or variableGrads';
    return { state: 'finished', reason };
  }
  return { state: 'finished', reason: `the script came to its end ${sofar}` };
}

/** Node's exit status for a top-level await that never settles. */
const UNSETTLED_AWAIT = 13;

/** What was thrown, for the record: people throw more than errors. */
export function describeThrown(
  value: unknown,
  userPosition: (error: Error) => SourcePosition | null,
): NonNullable<EndLine['error']> {
  const message = messageOf(value);
  if (!(value instanceof Error)) {
    return { message, stack: '', position: null };
  }
  return { message, stack: typeof value.stack === 'string' ? value.stack : '', position: userPosition(value) };
}

function messageOf(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : `threw ${inspect(value)}`;
}
