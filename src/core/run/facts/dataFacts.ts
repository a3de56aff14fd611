import type { RecordedNumber } from '../recorded.ts';

/** Facts of the batches: figures of them, never the data. Their fields are plain values (`FactValue`). */
export interface DataFacts {
  /** The target that a task's loss compares with the prediction, over the batches looked at so far. */
  readonly labels: {
    /** Rows and values that were looked at. */
    readonly rows: number;
    readonly values: number;
    /** Values that are NaN or infinite. */
    readonly nonFinite: number;
    readonly min: RecordedNumber;
    readonly max: RecordedNumber;
    readonly mean: RecordedNumber;
    readonly variance: RecordedNumber;
    /** Every finite value is a whole number. */
    readonly whole: boolean;
    /** How many different values; null: more than 64. */
    readonly distinct: number | null;
    /** Every row is the same as the first. */
    readonly sameRows: boolean;
    /** The most frequent of the first 64 different values, and its share of the finite values, 0 to 1. */
    readonly mode: RecordedNumber;
    readonly modeShare: number;
    /** Which argument of the call at `position` is the target; null where that is not known, or the call is fit's. */
    readonly argument: number | null;
  };
  /** Class ids that become one-hot rows, beside the number of classes that the prediction has. */
  readonly classIds: {
    readonly classes: number;
    readonly outside: number;
    readonly values: number;
    /** The id that is furthest outside; `"NaN"`: the rows came coded already, and those outside are all zeros. */
    readonly worst: RecordedNumber;
    /** Something else of the batch takes part in the loss: rows may be left out by it. */
    readonly masked: boolean;
    readonly argument: number | null;
  };
  /** Rows of the batch whose prediction gets any gradient of the task's loss, of the rows looked at. */
  readonly taughtRows: {
    readonly rows: number;
    readonly taught: number;
    /**
     * What the loss's terms count together, as if every row had one: 1 for a mean over all rows, rows / taught for a mean over those
     * that are taught.
     */
    readonly weight: RecordedNumber;
  };
  /** The column of the inputs that goes with the task's target best: 1 or -1 where one follows from the other. */
  readonly labelAmongInputs: {
    readonly input: number;
    readonly column: number;
    /** Of all inputs together. */
    readonly columns: number;
    readonly correlation: RecordedNumber;
    readonly rows: number;
  };
  /** Target and prediction have shapes that are stretched to fit: `[32]` against `[32,1]` gives `[32,32]`. */
  readonly broadcast: {
    readonly op: string;
    readonly prediction: readonly number[];
    readonly target: readonly number[];
    readonly result: readonly number[];
  };
  /** The targets of a model's output at the first validation of a call; what it is about is told by the output's name. */
  readonly validationLabels: {
    readonly output: string;
    readonly rows: number;
    readonly mean: RecordedNumber;
    readonly variance: RecordedNumber;
  };
}
