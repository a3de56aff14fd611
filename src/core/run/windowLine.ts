import type { RecordedNumber } from './recorded.ts';

/**
 * One value over the steps of a window, in 7 significant digits. The number itself where all steps have the same; else the smallest
 * and the largest with the steps they were first met at, the mean, and the last. The mean is NaN where any value is: min and max
 * are of the others then.
 */
export type WindowedValue =
  | RecordedNumber
  | readonly [
      min: RecordedNumber,
      minStep: number,
      max: RecordedNumber,
      maxStep: number,
      mean: RecordedNumber,
      last: RecordedNumber,
    ];

/**
 * What was read at every step of an objective, for as many steps as the window is long: one up to step 2,000, then longer, so that
 * a record of any length stays readable. Every step of a run is in exactly one window of its objective.
 */
export interface WindowLine {
  readonly type: 'window';
  readonly objective: string;
  /** The first and the last step in it, and how many of the objective's steps it has. */
  readonly from: number;
  readonly step: number;
  readonly steps: number;
  /** Of its last step: milliseconds since the run's start; 1-based epoch, null outside fit and fitDataset. */
  readonly time: number;
  readonly epoch: number | null;
  /** What observation has cost up to its last step, as in `StepLine`. */
  readonly overhead: number | null;
  /** The value that was minimised. */
  readonly total: WindowedValue;
  /** Per term of the objective, in its order; as in `StepLine`. */
  readonly loss: readonly {
    readonly raw: WindowedValue | null;
    readonly weight: WindowedValue | null;
    readonly weighted: WindowedValue | null;
  }[];
  /** Null where no step of the window was looked at in this way, or where the tasks share nothing. */
  readonly boundary: BoundaryMeasure | null;
}

/**
 * The tasks' weighted gradients where they first meet: at the tensors of the shared trunk that several towers read, just before
 * they are added together.
 */
export interface BoundaryMeasure {
  /** How many of the window's steps were looked at. */
  readonly steps: number;
  /** The tasks that reach the boundary, in the objective's order. */
  readonly terms: readonly string[];
  /** L2 norm of each task's gradient over all tensors of the boundary. */
  readonly norm: readonly WindowedValue[];
  /** Gram matrix <g_i, g_j>: upper triangle, row by row, diagonal included. */
  readonly gram: readonly WindowedValue[];
}

/**
 * The gradients of two halves of one batch, from one tape: g is their mean, weighted by their rows (the first half is the smaller one of
 * an odd batch). Their noise is independent, so the mean over
 * steps of <g_i^a, g_j^b> tends to the product of the true gradients, where <g_i, g_j> tends to that plus the noise's own.
 */
export interface HalvesLine {
  readonly type: 'halves';
  readonly step: number;
  readonly objective: string;
  /** Samples in the whole batch. */
  readonly rows: number;
  /** False where one half's samples take part in the other half's gradient, as with BatchNorm. */
  readonly independent: boolean;
  /** By shared group: `cross` is the matrix <g_i^a, g_j^b> of the weighted gradients, row by row over `terms`. */
  readonly groups: Readonly<
    Record<string, { readonly terms: readonly string[]; readonly cross: readonly RecordedNumber[] }>
  >;
}
