import * as tf from '@tensorflow/tfjs';
import type { LossGraph } from '../core/graph/lossGraph.ts';

type Tape = ReturnType<typeof tf.engine>['state']['activeTape'];
export type TapeNode = Tape[number];

/** The tape that records the function being differentiated; empty outside of one. */
export function activeTape(): readonly TapeNode[] {
  const { activeTape, gradientDepth } = tf.engine().state;
  return gradientDepth > 0 ? activeTape : [];
}

/**
 * The same data under a new tensor that no tape knows: nothing is computed, the data lives until both tensors are gone,
 * and the new tensor is tidied like any other. The count must rise on the backend that holds the data, which is not
 * always the current one.
 */
export function offTape<T extends tf.Tensor>(x: T): T {
  const engine = tf.engine();
  const { dataId, shape, dtype } = x;
  const backend = engine.state.tensorInfo.get(dataId)?.backend ?? engine.backend;
  backend.incRef(dataId);
  return engine.makeTensorFromTensorInfo({ dataId, shape, dtype }, backend) as T;
}

/** A copy of `x` that outlives every tidy around it. The caller disposes it. */
export function keptOffTape<T extends tf.Tensor>(x: T): T {
  return tf.keep(offTape(x));
}

/**
 * Runs a gradient. Where it throws, tfjs leaves the tensors that the tape saved for the way back undisposed; they are
 * disposed here before the error goes on.
 */
export function withoutTapeLeak<T>(gradient: () => T): T {
  try {
    return gradient();
  } catch (error) {
    const { state } = tf.engine();
    if (state.gradientDepth === 0) {
      // Null between gradients, though its type does not say so.
      for (const { saved } of (state.activeTape as TapeNode[] | null) ?? []) {
        tf.dispose(saved ?? []);
      }
      state.activeTape = [];
    }
    throw error;
  }
}

/** Copies the tape so far as plain numbers; call it inside the differentiated function. */
export function lossGraphOf(
  variables: readonly tf.Variable[],
  losses: readonly { readonly name: string; readonly loss: tf.Tensor }[],
): LossGraph {
  return {
    nodes: activeTape().map(({ inputs, outputs }) => ({
      inputs: Object.values(inputs).map(({ id }) => id),
      outputs: outputs.map(({ id }) => id),
    })),
    variables: variables.map(({ name, id }) => ({ name, tensor: id })),
    losses: losses.map(({ name, loss }) => ({ task: name, tensor: loss.id })),
  };
}

/** Runs ops in the midst of a tape that is not to hold them, as tfjs runs what is inside a kernel. */
export function offTheTape<T>(run: () => T): T {
  const { state } = tf.engine();
  state.kernelDepth++;
  try {
    return run();
  } finally {
    state.kernelDepth--;
  }
}
