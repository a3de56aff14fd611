import { inEnglish, say, type Sentence } from '../core/diagnosis/sentence.ts';

/** The native backend cannot be set up. Each sentence names one thing that is in the way, and what to do about it. */
export class SetUpError extends Error {
  override readonly name = 'SetUpError';

  constructor(readonly sentences: readonly Sentence[]) {
    super(inEnglish(...sentences));
  }
}

/** `throw failure('… {0} …', value)`. */
export function failure(...said: Parameters<typeof say>): SetUpError {
  return new SetUpError([say(...said)]);
}

/** Whoever asked for the set-up has called it off. */
export class SetUpCancelledError extends Error {
  override readonly name = 'SetUpCancelledError';

  constructor() {
    super('The set-up was cancelled.');
  }
}

/** A full disk can be met at every step, by this process or by a tool: then that is the reason, whatever else was said. */
export function isOutOfSpace(error: unknown): boolean {
  return error instanceof Error && (('code' in error && error.code === 'ENOSPC') || saysOutOfSpace(error.message));
}

export function saysOutOfSpace(text: string): boolean {
  return /ENOSPC|No space left on device|Errno 28\b/i.test(text);
}
