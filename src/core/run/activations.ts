import type { RecordedNumber } from './recorded.ts';

/** The units of one activation, over the rows (all axes but the last) of the observed batch. */
export interface ActivationMeasure {
  /** The layer's name, or null for an op outside layers. */
  readonly layer: string | null;
  /** The kernel: `Relu`, `Sigmoid`, `Tanh` … */
  readonly op: string;
  /** Which of the ops of this kernel in this layer, from 0. What a layer runs over and over, with as many units, is one. */
  readonly index: number;
  readonly units: number;
  readonly rows: number;
  /** ReLU and its kin: units at 0 on every row of this batch. */
  readonly zero: number | null;
  /** Of them: units that were at 0 on every row observed since at least 500 samples (the first axis). */
  readonly dead: number | null;
  /** Fraction of all values whose pre-activation is beyond 5 in size (sigmoid, tanh) or below -5 (elu, selu); null for others. */
  readonly saturated: RecordedNumber | null;
}

/** A softmax that weighs experts: neither a task's prediction nor attention over positions. */
export interface GateMeasure {
  readonly layer: string | null;
  readonly index: number;
  readonly experts: number;
  readonly rows: number;
  /** Mean over rows of the entropy over ln(experts): 1 where all experts weigh the same, 0 where one has all. */
  readonly entropy: RecordedNumber;
  /** Fraction of rows whose entropy over ln(experts) is below 0.05. */
  readonly collapsed: RecordedNumber;
  /** Mean weight of each expert. */
  readonly load: readonly RecordedNumber[];
}

/**
 * By task: L2 norms of its weighted gradient in the first and in the last kernel on its way (see the fact `kernels`). Absent where no
 * task has two kernels, and in older records.
 */
export type KernelNorms = Readonly<Record<string, readonly [first: RecordedNumber, last: RecordedNumber]>>;
