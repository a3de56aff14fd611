import * as tf from '@tensorflow/tfjs';
import { checkCount, checkKeys, listed, MtlConfigurationError } from '../configuration.ts';

export interface EarlyStoppingOptions<Task extends string = string> {
  /**
   * A task (its loss on the validation data, or on the training data where there is none), `loss` or `val_loss` for
   * the total, or any other key of the history, such as `val_dwell_loss` or `val_click_acc`.
   */
  readonly monitor: Task | 'loss' | 'val_loss' | `${Task}_${string}` | `val_${Task}_${string}`;
  /** Training ends after this many epochs in a row without improvement, as in tfjs; default 0, which is as 1. */
  readonly patience?: number;
  /** What counts as improvement; default 0: anything. */
  readonly minDelta?: number;
  /** Whether training ends with the weights of the best epoch, whenever it ends; default false. */
  readonly restoreBest?: boolean;
  /** Default: `min` for losses, `max` for accuracy; needed for other metrics. */
  readonly mode?: 'min' | 'max';
}

const OPTIONS = ['monitor', 'patience', 'minDelta', 'restoreBest', 'mode'];

/** Watches one figure of the history, and keeps the best epoch's weights if asked to. */
export class EarlyStopping {
  readonly monitor: string;
  readonly #patience: number;
  readonly #minDelta: number;
  readonly #sign: 1 | -1;
  readonly #weights: (() => readonly tf.Variable[]) | null;
  #best: { value: number; epoch: number; weights: Map<tf.Variable, tf.Tensor> } | null = null;
  #waited = 0;

  /** @param keys what the history will hold. @param weights the model's, trainable or not. */
  constructor(
    options: EarlyStoppingOptions,
    tasks: readonly string[],
    keys: readonly string[],
    weights: () => readonly tf.Variable[],
  ) {
    checkKeys('earlyStopping', options, OPTIONS, 'option');
    const { monitor, patience = 0, minDelta = 0, restoreBest = false } = options;
    checkCount('earlyStopping.patience', patience, 0);
    if (!Number.isFinite(minDelta) || minDelta < 0) {
      throw new MtlConfigurationError(
        `earlyStopping.minDelta is ${minDelta}. It must be a finite number, 0 or larger.`,
      );
    }
    this.monitor = historyKey(monitor, tasks, keys);
    this.#patience = patience;
    this.#minDelta = minDelta;
    this.#sign = sign(options.mode, this.monitor);
    this.#weights = restoreBest ? weights : null;
  }

  /** Whether training should end after this epoch. */
  endsAfter(epoch: number, logs: Readonly<Record<string, number>>): boolean {
    const value = logs[this.monitor] ?? NaN;
    const best = this.#best;
    // NaN improves on nothing.
    const better = best === null ? !Number.isNaN(value) : (best.value - value) * this.#sign > this.#minDelta;
    if (better) {
      this.dispose();
      this.#best = { value, epoch, weights: this.#copies() };
      this.#waited = 0;
      return false;
    }
    this.#waited++;
    return this.#waited >= this.#patience;
  }

  get best(): { readonly best: number; readonly bestEpoch: number } {
    return { best: this.#best?.value ?? NaN, bestEpoch: this.#best?.epoch ?? -1 };
  }

  /** Puts the best epoch's weights back, if they were kept. */
  restore(): void {
    this.#best?.weights.forEach((copy, weight) => weight.assign(copy));
  }

  dispose(): void {
    tf.dispose([...(this.#best?.weights.values() ?? [])]);
    this.#best = null;
  }

  #copies(): Map<tf.Variable, tf.Tensor> {
    return new Map((this.#weights?.() ?? []).map((weight) => [weight, tf.keep(tf.clone<tf.Tensor>(weight))]));
  }
}

function historyKey(monitor: string, tasks: readonly string[], keys: readonly string[]): string {
  const [onValidation, onTraining] = [`val_${monitor}_loss`, `${monitor}_loss`];
  if (tasks.includes(monitor)) {
    return keys.includes(onValidation) ? onValidation : onTraining;
  }
  if (keys.includes(monitor)) {
    return monitor;
  }
  const lacksValidation = monitor.startsWith('val_') && keys.includes(monitor.slice(4));
  throw new MtlConfigurationError(
    lacksValidation
      ? `earlyStopping.monitor is '${monitor}', but there is no validation data. Give validationData or validationSplit.`
      : `earlyStopping.monitor: unknown '${monitor}'. Valid: ${listed([...tasks, ...keys])}.`,
  );
}

function sign(mode: string | undefined, monitor: string): 1 | -1 {
  if (mode !== undefined && mode !== 'min' && mode !== 'max') {
    throw new MtlConfigurationError(`earlyStopping.mode is '${mode}'. Valid: 'min' or 'max'.`);
  }
  if (mode === undefined) {
    if (/(^|_)loss$|regularisation$/.test(monitor)) {
      return 1;
    }
    if (/_acc$|Accuracy$/.test(monitor)) {
      return -1;
    }
    throw new MtlConfigurationError(
      `earlyStopping.monitor '${monitor}' is a metric that may be better high or low. Add mode: 'min' or 'max'.`,
    );
  }
  return mode === 'min' ? 1 : -1;
}
