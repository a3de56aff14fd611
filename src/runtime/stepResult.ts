import * as tf from '@tensorflow/tfjs';
import type { StepTensors } from './trainingStep.ts';

/** A training step's figures, before its update. */
export interface StepResult<Task extends string = string> {
  /** What was differentiated: weighted losses, terms of the weighting, regularisers. */
  readonly loss: number;
  /** Each task's loss, unweighted. */
  readonly losses: Readonly<Record<Task, number>>;
  /** The sum of the model's regularisers; 0 without any. */
  readonly regularisation: number;
}

/** Reads scalars in one go, and disposes them; waits for them where the backend must (`readNow`: blocks). */
export async function read(scalars: readonly tf.Tensor[]): Promise<number[]> {
  const packed = pack(scalars);
  const values = await packed.data();
  packed.dispose();
  return [...values];
}

export function readNow(scalars: readonly tf.Tensor[]): number[] {
  const packed = pack(scalars);
  const values = packed.dataSync();
  packed.dispose();
  return [...values];
}

function pack(scalars: readonly tf.Tensor[]): tf.Tensor {
  const packed = tf.tidy(() => tf.stack(scalars.map((scalar) => tf.cast(scalar, 'float32'))));
  tf.dispose([...scalars]);
  return packed;
}

/** The step's scalars in the order that `stepResult` expects. */
export function scalarsOf({ total, losses, regularisers }: StepTensors): tf.Scalar[] {
  return [total, ...losses, ...regularisers];
}

export function stepResult<Task extends string>(tasks: readonly Task[], values: readonly number[]): StepResult<Task> {
  const [loss = NaN, ...rest] = values;
  return {
    loss,
    losses: Object.fromEntries(tasks.map((task, i) => [task, rest[i] ?? NaN])) as Record<Task, number>,
    regularisation: rest.slice(tasks.length).reduce((sum, term) => sum + term, 0),
  };
}
