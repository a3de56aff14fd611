/** What every line of a record is made of. */

/** JSON has no NaN and no infinity. */
export type RecordedNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** A place in a source file as its author wrote it (source maps applied). */
export interface SourcePosition {
  /** Relative to the run's `cwd` with forward slashes where the file lies inside it, else absolute. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}
