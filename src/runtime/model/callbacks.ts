import type * as tf from '@tensorflow/tfjs';

type Logs = Readonly<Record<string, number>>;

/**
 * A plain object with some of these methods, or one of tfjs's callback objects (`tf.callbacks.earlyStopping()`).
 * Epochs and batches count from 0; figures are numbers under the history's keys; promises are awaited.
 */
export interface FitCallback {
  setModel?(model: tf.LayersModel): void;
  setParams?(params: Record<string, number>): void;
  onTrainBegin?(logs?: Logs): unknown;
  onTrainEnd?(logs?: Logs): unknown;
  onEpochBegin?(epoch: number, logs?: Logs): unknown;
  onEpochEnd?(epoch: number, logs?: Logs): unknown;
  onBatchBegin?(batch: number, logs?: Logs): unknown;
  onBatchEnd?(batch: number, logs?: Logs): unknown;
}
export type FitCallbacks = FitCallback | readonly FitCallback[];

/** Calls every callback in turn and waits for each. */
export class CallbackList {
  readonly #callbacks: readonly FitCallback[];

  constructor(callbacks: FitCallbacks | undefined, model: tf.LayersModel, params: Record<string, number>) {
    this.#callbacks = callbacks === undefined ? [] : [callbacks].flat();
    for (const callback of this.#callbacks) {
      callback.setParams?.(params);
      callback.setModel?.(model);
    }
  }

  async onTrainBegin(): Promise<void> {
    for (const callback of this.#callbacks) {
      await callback.onTrainBegin?.();
    }
  }

  async onTrainEnd(): Promise<void> {
    for (const callback of this.#callbacks) {
      await callback.onTrainEnd?.();
    }
  }

  async onEpochBegin(epoch: number): Promise<void> {
    for (const callback of this.#callbacks) {
      await callback.onEpochBegin?.(epoch);
    }
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) {
      // Each gets its own copy: tfjs's callbacks write into theirs.
      await callback.onEpochEnd?.(epoch, { ...logs });
    }
  }

  async onBatchBegin(batch: number, logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) {
      await callback.onBatchBegin?.(batch, { ...logs });
    }
  }

  async onBatchEnd(batch: number, logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) {
      await callback.onBatchEnd?.(batch, { ...logs });
    }
  }
}
