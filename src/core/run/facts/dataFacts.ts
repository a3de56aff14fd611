import type { RecordedNumber } from '../record.ts';

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
  };
  /** Class ids beside the number of classes that the prediction has. */
  readonly classIds: {
    readonly classes: number;
    readonly outside: number;
    readonly values: number;
    readonly worst: RecordedNumber;
  };
  /** Rows of the batch whose prediction gets any gradient of the task's loss, of the rows looked at. */
  readonly taughtRows: { readonly rows: number; readonly taught: number };
  /** A column of the inputs that goes with the task's target: 1 or -1 where one follows from the other. */
  readonly labelAmongInputs: {
    readonly input: number;
    readonly column: number;
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
}
