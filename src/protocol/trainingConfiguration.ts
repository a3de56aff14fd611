import type { BackendChoice } from '../core/run/record.ts';

/**
 * The one environment variable in which the host hands a training process its configuration (JSON). The process takes
 * it away at once: what the script starts itself must not be taken for a training run.
 */
export const CONFIGURATION_VARIABLE = 'MTL_DEBUGGER_TRAINING';

/** The file descriptor of the pipe to the host in the training process. */
export const HOST_PIPE = 3;

export interface TrainingConfiguration {
  /** Absolute. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Absolute, symbolic links resolved. */
  readonly cwd: string;
  /** Every n-th step is observed; 0: none; null: as many as `budget` allows. */
  readonly every: number | null;
  /** The fraction by which observation may make training slower; null: nobody set one. */
  readonly budget: number | null;
  readonly seed: number | null;
  readonly backend: BackendChoice;
  /** Whether the wasm backend gets the debugger's own fast kernels, where it is used and not left as written. */
  readonly fastKernels: boolean;
  /** Absolute; null: `.mtl/runs` in `cwd`. */
  readonly runsFolder: string | null;
  /** Milliseconds that a cancelled script has to come to a training step, before the process ends itself. */
  readonly cancelGrace: number;
  /**
   * Milliseconds that training carries on without a host, so that another one can attach: a window that is reloaded. 0: it
   * ends with its host.
   */
  readonly hostGrace: number;
  /** The file that the host gave the script as its standard output and error, absolute; null: no file. It moves beside the record. */
  readonly output: string | null;
  /** The script waits, before its first line, until a JavaScript debugger is connected. */
  readonly debug: boolean;
}
