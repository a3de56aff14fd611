import type { Run } from '../../run/run.ts';

/** A run beside others. The first of them is the reference. */
export interface ComparedRun {
  readonly run: Run;
  /** The trainer still writes its record. */
  readonly live: boolean;
}

/** So many runs are compared at most: more lines than this cannot be told apart in one chart. */
export const MOST_RUNS = 4;

/** The run's name in a comparison: `A` is the reference. */
export function runLetter(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** `A`, `A and B`, `A, B and C`. */
export function runLetters(indices: readonly number[]): string {
  const letters = indices.map(runLetter);
  const last = letters.pop() ?? '';
  return letters.length === 0 ? last : `${letters.join(', ')} and ${last}`;
}
