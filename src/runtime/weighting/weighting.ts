import type * as tf from '@tensorflow/tfjs';

/** A task's loss on the tape of a step. */
export interface TaskLoss {
  readonly name: string;
  /** Unweighted scalar. */
  readonly loss: tf.Scalar;
}

export interface WeightedTask {
  readonly name: string;
  /** The user's loss weight; 1 where none was given. */
  readonly weight: number;
}

/** The variables of the step that is under way. */
export interface StepVariables {
  /** Those that are trained and that several tasks share, by the tape of the step at which they were first seen. */
  shared(): readonly tf.Variable[];
}

/**
 * A way to make one scalar of several losses. One instance serves one model: it may hold variables of its own, which
 * are trained in the same step, in a group of their own that carries the weighting's name.
 *
 * The total must be built from the very tensors it is given, by multiplication with weights and by addition only, so
 * that the share of each task can be read off the tape.
 */
export interface Weighting {
  readonly name: string;
  /** Trained with the tasks' variables; empty before `start`. */
  readonly variables: readonly tf.Variable[];
  /** For `variables`; undefined: the rate of the shared trunk. */
  readonly learningRate?: number | undefined;
  /** Called once, before the first step, with the tasks in the order in which `total` will get them. */
  start(tasks: readonly WeightedTask[]): void;
  /**
   * Called in every step, inside the differentiated function, and for validation outside of one: then without `variables`. A debugger
   * may have a step computed twice, so it must give the same for the same step: what is to be remembered is so in `stepped`.
   */
  total(losses: readonly TaskLoss[], variables?: StepVariables): tf.Scalar;
  /** The step has been made. */
  stepped?(): void;
  dispose(): void;
}
