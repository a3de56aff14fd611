import type { BackendChoice } from '../../core/run/record.ts';

/** Where the packages of a training script come from. */
export interface ModuleSource {
  /** Requires from the user's entry file, then from the debugger's own copy; throws with Node's message. */
  load(specifier: string): unknown;
  /** Loads the tfjs-node that was set up for this user; absent where none was. */
  readonly loadSetUp?: () => unknown;
  /** The script has not asked for tfjs-node: it is not to print anything of its own when it is loaded later. */
  quietNative?(): void;
}

/** Which tfjs backend a run trains on. */
export interface BackendDecision {
  readonly asked: BackendChoice;
  /** tfjs's own name (`tensorflow` is tfjs-node), as `tf.getBackend()` tells it; null where the script chooses. */
  readonly name: string | null;
  /** One sentence for people, without a full stop. */
  readonly reason: string;
}

/** The backend that was asked for by name cannot be used. The message says why, and what to do. */
export class BackendUnavailableError extends Error {
  override readonly name = 'BackendUnavailableError';
}
