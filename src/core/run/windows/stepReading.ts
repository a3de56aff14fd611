/**
 * What was read at one training step of an objective. NaN and the infinities are numbers here. It may be kept until its window is
 * written: each step makes its own.
 */
export interface StepReading {
  readonly objective: string;
  readonly step: number;
  readonly time: number;
  readonly epoch: number | null;
  readonly overhead: number | null;
  /** The value that was minimised. */
  readonly total: number;
  /** Per term of the objective, in its order; null where it was not read at this step. */
  readonly loss: readonly {
    readonly raw: number | null;
    readonly weight: number | null;
    readonly weighted: number | null;
  }[];
  /** Null where this step was not looked at in this way. */
  readonly boundary: {
    readonly terms: readonly string[];
    readonly norm: readonly number[];
    /** Upper triangle, row by row, diagonal included. */
    readonly gram: readonly number[];
  } | null;
}
