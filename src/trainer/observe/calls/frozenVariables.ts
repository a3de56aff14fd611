import type * as Tf from '@tensorflow/tfjs';
import { captureStack } from '../tape/captureStack.ts';
import type { EngineInternals } from '../tape/engineInternals.ts';

export interface FrozenVariables {
  /** Captured where `trainable` was set to false; null for a variable that was made so. */
  frozenAt(variable: Tf.Variable): Error | null;
  uninstall(): void;
}

/**
 * Remembers where `trainable` of a variable is set to false: of one of the script's own, or of a layer's weight. tfjs assigns it as a
 * plain property in the constructor, so an accessor of that name on the prototype sees that and all that is assigned later. One on
 * each variable would see it, too, but V8 gives such an object a dictionary, and every op on it becomes slower.
 */
export function watchFrozenVariables(tf: typeof Tf, engine: EngineInternals): FrozenVariables {
  const prototype = tf.Variable.prototype;
  const trainable = new WeakMap<Tf.Variable, boolean>();
  const frozenAt = new WeakMap<Tf.Variable, Error>();
  Object.defineProperty(prototype, 'trainable', {
    configurable: true,
    enumerable: true,
    get(this: Tf.Variable) {
      return trainable.get(this);
    },
    set(this: Tf.Variable, value: boolean) {
      if (trainable.get(this) === true && !value) {
        frozenAt.set(this, captureStack('trainable'));
      }
      trainable.set(this, value);
    },
  });
  return {
    frozenAt: (variable) => frozenAt.get(variable) ?? null,
    uninstall: () => {
      Reflect.deleteProperty(prototype, 'trainable');
      for (const variable of Object.values(engine.state.registeredVariables)) {
        if (!Object.hasOwn(variable, 'trainable')) {
          variable.trainable = trainable.get(variable) ?? true;
        }
      }
    },
  };
}
