import * as tf from '@tensorflow/tfjs';
import type { ActivationMeasure, GateMeasure } from '../../src/core/run/activations.ts';
import { watchThisProcess } from './inProcess.ts';
import { normal } from './twoHeads.ts';

/** Samples in a batch. */
export const ROWS = 100;

export interface Seen {
  readonly activations: readonly ActivationMeasure[];
  readonly gates: readonly GateMeasure[];
}

/** Observes every step of what `train` does. */
export async function seen(train: () => unknown): Promise<Seen[]> {
  const watched = watchThisProcess(1);
  try {
    await train();
    watched.observation.flush();
    return watched.steps().map(({ activations = [], gates = [] }) => ({ activations, gates }));
  } finally {
    watched.observation.uninstall();
  }
}

/** A model of layers whose outputs learn random targets, with a rate too small to move anything. */
export async function fitOnce(
  x: tf.Tensor,
  input: tf.SymbolicTensor,
  outputs: tf.SymbolicTensor[],
  epochs = 1,
): Promise<void> {
  const model = tf.model({ inputs: input, outputs });
  model.compile({ optimizer: tf.train.sgd(1e-12), loss: 'meanSquaredError' });
  const targets = outputs.map(({ shape }, task) => normal([ROWS, ...shape.slice(1).map(Number)], 50 + task));
  await model.fit(x, targets, { batchSize: ROWS, epochs, verbose: 0 as never });
}

export const apply = (layer: tf.layers.Layer, to: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor =>
  layer.apply(to) as tf.SymbolicTensor;
export const head = (name: string, to: tf.SymbolicTensor): tf.SymbolicTensor =>
  apply(tf.layers.dense({ units: 1, name }), to);
