/**
 * The lines of a run record (`record.jsonl`): one JSON object a line, append-only, the header first.
 * docs/record.md is for readers; media/record.schema.json for machines.
 *
 * Every array that runs "over tasks" follows `GraphLine.objectives[].terms` of the newest graph line before it.
 */

import type { ActivationMeasure, GateMeasure, KernelNorms } from './activations.ts';
import type { FactLine } from './facts/factLine.ts';
import type { RecordedNumber, SourcePosition } from './recorded.ts';
import type { HalvesLine, WindowLine } from './windowLine.ts';

export type { ActivationMeasure, FactLine, GateMeasure, HalvesLine, RecordedNumber, SourcePosition, WindowLine };

/** The version of the format that this code writes. A reader refuses a larger one with a clear message. */
export const RECORD_VERSION = 2;

/** The record's file in a run's folder. */
export const RECORD_FILE = 'record.jsonl';

export type BackendChoice = 'auto' | 'asWritten' | 'node' | 'wasm' | 'cpu';

export interface HeaderLine {
  readonly type: 'header';
  readonly version: number;
  /** The run's folder name, `<time>-<entry>`. */
  readonly run: string;
  /** ISO 8601, when training was started. */
  readonly time: string;
  /** The training script, relative to `cwd` where it lies inside it. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly seed: number | null;
  /** Every n-th step of an objective is observed; null: as many as the budget allows. */
  readonly every: number | null;
  /** The fraction by which observation may make training slower; null: nobody set one. */
  readonly budget: number | null;
  readonly backend: { readonly asked: BackendChoice; readonly name: string | null; readonly reason: string };
  readonly versions: Readonly<Record<'node' | 'tfjs' | 'mtl-debugger' | 'platform', string | null>>;
  /** `git rev-parse HEAD` of `cwd`, or null. */
  readonly commit: string | null;
  /** `sha256:` and the hex digest of the entry file's bytes; null where it could not be read. */
  readonly scriptHash: string | null;
  readonly pid: number;
}

/** The training script asked for this much work, so that time left can be told. */
export interface PlanLine {
  readonly type: 'plan';
  readonly step: number;
  readonly call: string;
  readonly model: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number | null;
  readonly position: SourcePosition | null;
}

/** Another backend took over; or the same goes on, and why. */
export interface BackendLine {
  readonly type: 'backend';
  /** The first step on it. */
  readonly step: number;
  readonly name: string;
  readonly reason: string;
}

/** A term of the loss: a task, or the regularisers, which pull on the weights as a task of their own. */
export interface Term {
  readonly id: string;
  readonly name: string;
  readonly kind: 'task' | 'regularisers';
  /** Where the loss (or, for `fit`, the model's training call) stands. */
  readonly position: SourcePosition | null;
  /** How the task was told apart: a model's output, the library's declaration, or the top of the tape. */
  readonly from: 'output' | 'declared' | 'tape';
}

/** One thing that is minimised over one list of variables: a `fit`, or one `minimize` of several in a loop. */
export interface Objective {
  readonly id: string;
  readonly name: string;
  readonly via: 'fit' | 'fitDataset' | 'trainOnBatch' | 'library' | 'minimize' | 'variableGrads';
  readonly terms: readonly string[];
  /** A word on why the tasks cannot be told apart, where they cannot. */
  readonly note: string | null;
  readonly optimizer: { readonly name: string; readonly learningRate: number | null } | null;
  readonly position: SourcePosition | null;
}

export interface VariableEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layer: string | null;
  /** `trained`: in the list that is minimised over. `frozen`: `trainable` is false. `notListed`: left out of the list. */
  readonly status: 'trained' | 'frozen' | 'notListed';
  /** The loss terms whose tape reaches it. */
  readonly reachedBy: readonly string[];
}

export interface VariableGroup {
  /** `tower(a)`, `shared(a+b)`, `weighting`, `unreached`. Stable over graph changes and runs. */
  readonly id: string;
  /** For people: `a tower`, `shared`, `shared by a, b`. */
  readonly label: string;
  readonly kind: 'tower' | 'shared' | 'weighting' | 'unreached';
  /** The tasks whose loss reaches it and that it belongs to. */
  readonly tasks: readonly string[];
  readonly variables: readonly VariableEntry[];
  /** Number of scalars in all its variables. */
  readonly size: number;
}

/**
 * How a task's gradient reaches a group. `none`: no path was ever built. `flows`: at least one element is not 0.
 * `zero`: connected, and every element is exactly 0. `cut`: the loss depends on the group, and the tape does not.
 * `excluded`: connected, and none of the group's variables is trained.
 */
export type PathState = 'flows' | 'zero' | 'cut' | 'excluded' | 'none';

export interface Path {
  readonly task: string;
  readonly group: string;
  readonly state: PathState;
  /** Ids of the cuts that make the state, `GraphLine.cuts`. */
  readonly cuts: readonly string[];
  /** True where every cut on the path was declared through stopGradient. */
  readonly declared: boolean;
}

export type CutKind =
  | 'stopGradient' // declared
  | 'detach' // read to JavaScript and built anew: dataSync, arraySync, data, array
  | 'variable' // copied into a variable: tf.variable(tensor), assign
  | 'zeroGradient' // an op whose gradient is 0 everywhere: floor, ceil, round, sign, step, argMax, oneHot
  | 'customGradient' // a tf.customGrad that answered with zeros
  | 'dead' // an activation with no live unit on this batch
  | 'blocked' // any other op where a gradient came in and only zeros went out
  | 'noGradient' // an op tfjs has no gradient for: training throws
  | 'passThrough'; // a cast to int32: the gradient passes as if it were the identity

export interface Cut {
  readonly id: string;
  readonly kind: CutKind;
  /** The kernel or method: `Round`, `dataSync`, `stopGradient`. */
  readonly op: string;
  readonly layer: string | null;
  readonly position: SourcePosition | null;
  readonly declared: boolean;
  /** What it keeps apart; `complete` is false where another path still carries the gradient. */
  readonly pairs: readonly { readonly task: string; readonly group: string; readonly complete: boolean }[];
}

/** Task `of`'s prediction is a feature of task `usedBy`. */
export interface FeatureUse {
  readonly of: string;
  readonly usedBy: string;
  /** True where `usedBy`'s gradient flows back through the prediction; false where every way is cut. */
  readonly carries: boolean;
  /** True where stopGradient keeps `usedBy` out. */
  readonly declared: boolean;
  /** Norm of `usedBy`'s weighted gradient, with all paths and without those through the prediction. */
  readonly groups: readonly {
    readonly group: string;
    readonly norm: RecordedNumber;
    readonly without: RecordedNumber;
  }[];
}

/** All that is known of the graph; a later graph line replaces an earlier one. */
export interface GraphLine {
  readonly type: 'graph';
  readonly step: number;
  readonly terms: readonly Term[];
  readonly objectives: readonly Objective[];
  readonly groups: readonly VariableGroup[];
  readonly paths: readonly Path[];
  readonly cuts: readonly Cut[];
  readonly features: readonly FeatureUse[];
}

/** What one observed step measured in one group. Arrays run over `terms`. */
export interface GroupMeasure {
  /** Loss terms that reach the group, in the objective's order. */
  readonly terms: readonly string[];
  /** L2 norm of each term's weighted gradient over all variables of the group. */
  readonly norm: readonly RecordedNumber[];
  /** Share of each term in the group's update: <P g_i, P sum g> / |P sum g|^2, in the optimizer's metric. Sums to 1. */
  readonly share: readonly RecordedNumber[] | null;
  /** Gram matrix <g_i, g_j> of the weighted gradients: upper triangle, row by row, diagonal included. */
  readonly gram: readonly RecordedNumber[];
  /** The same of P g, P = diag(1/(sqrt(v)+eps)) for Adam and its kin; null where the optimizer is not known yet. */
  readonly metricGram: readonly RecordedNumber[] | null;
  /** L2 norm of the sum of the terms: the gradient that the update used, before any clipping. */
  readonly total: RecordedNumber;
  /** L2 norm of the update over L2 norm of the weights before it; null where no update was seen. */
  readonly updateRatio: RecordedNumber | null;
}

export interface StepLine {
  readonly type: 'step';
  /** Counts every training step of the run, 1-based, over all objectives. */
  readonly step: number;
  readonly objective: string;
  /** Milliseconds since the run's start. */
  readonly time: number;
  /** 1-based; null outside fit and fitDataset. */
  readonly epoch: number | null;
  /** The value that was minimised. */
  readonly total: RecordedNumber;
  /** Per term of the objective, in its order. */
  readonly loss: readonly {
    /** The loss itself: its value, or the mean of its values. Null where the script disposed of it. */
    readonly raw: RecordedNumber | null;
    /** Its factor in the total. Null where no trained variable leads to the loss. */
    readonly weight: RecordedNumber | null;
    /** What it adds to the total. */
    readonly weighted: RecordedNumber | null;
    /** `raw` over the first finite, non-zero `raw` of this term. */
    readonly relative: RecordedNumber | null;
  }[];
  /** By group id. */
  readonly groups: Readonly<Record<string, GroupMeasure>>;
  readonly kernels?: KernelNorms;
  /** Absent in version 1. */
  readonly activations?: readonly ActivationMeasure[];
  readonly gates?: readonly GateMeasure[];
  /**
   * What observation has cost so far, as a fraction of the time that training takes without it; null where it was not measured,
   * or not yet.
   */
  readonly overhead: number | null;
}

/** Per-task validation, as the runtime library computed it. */
export interface ValidationLine {
  readonly type: 'validation';
  readonly step: number;
  readonly epoch: number;
  readonly tasks: Readonly<Record<string, Readonly<Record<string, RecordedNumber>>>>;
}

/** The first non-finite loss, moments that an optimizer applies to the wrong variable, or anything else a reader must know. */
export interface EventLine {
  readonly type: 'event';
  readonly kind: 'nonFinite' | 'optimizerState' | 'notice';
  readonly step: number;
  readonly task: string | null;
  readonly position: SourcePosition | null;
  readonly message: string;
  /** Where the first number that is not finite was born; null where it is not known, and for other kinds; absent in version 1. */
  readonly cause?: {
    /** `data`: it came in with the batch. `weights`: a variable holds it already. */
    readonly phase: 'data' | 'weights' | 'forward' | 'backward';
    readonly op: string | null;
    readonly layer: string | null;
  } | null;
}

export type EndState =
  | 'finished'
  | 'failed' // the script threw, or could not be loaded
  | 'cancelled'
  | 'exited' // process.exit in the middle of a training call, or with a status other than 0
  | 'interrupted'; // the parent went away

export interface EndLine {
  readonly type: 'end';
  readonly state: EndState;
  /** One sentence for people. */
  readonly reason: string;
  readonly time: number;
  readonly steps: number;
  readonly observed: number;
  readonly exitCode: number | null;
  readonly error: {
    readonly message: string;
    readonly stack: string;
    readonly position: SourcePosition | null;
  } | null;
}

export type RecordLine =
  | HeaderLine
  | PlanLine
  | BackendLine
  | GraphLine
  | StepLine
  | WindowLine
  | HalvesLine
  | ValidationLine
  | EventLine
  | FactLine
  | EndLine;
