import type * as Tf from '@tensorflow/tfjs';
import { captureStack } from '../tape/captureStack.ts';

/** Remembers where `trainable` of a variable was set to false: of one of the script's own, or of a layer's weight. */
export class FrozenVariables {
  readonly #frozenAt = new WeakMap<Tf.Variable, Error>();

  /** To be called for every variable that is made: `trainable` is a plain property, so each gets an accessor of its own. */
  watch(variable: Tf.Variable): void {
    let { trainable } = variable;
    Object.defineProperty(variable, 'trainable', {
      configurable: true,
      enumerable: true,
      get: () => trainable,
      set: (value: boolean) => {
        if (trainable && !value) {
          this.#frozenAt.set(variable, captureStack('trainable'));
        }
        trainable = value;
      },
    });
  }

  /** Null where it was made so. */
  frozenAt(variable: Tf.Variable): Error | null {
    return this.#frozenAt.get(variable) ?? null;
  }
}
