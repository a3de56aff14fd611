import type * as Tf from '@tensorflow/tfjs';
import { captureStack } from '../tape/captureStack.ts';

/** A rate was written to an optimizer that keeps on using another. */
export interface IgnoredRate {
  readonly optimizer: object;
  readonly given: number;
  readonly inForce: number;
  /** Captured at the assignment. */
  readonly error: Error;
}

export interface OptimizersMade {
  /** Captured in the optimizer's constructor; null for one made before observation began, or that sets no rate. */
  madeAt(optimizer: object): Error | null;
  /** The rate that its next update uses, whatever was assigned to it; null where it is not known. */
  rateOf(optimizer: object): number | null;
  uninstall(): void;
}

/**
 * Tells where optimizers are made, and where a rate is assigned that is ignored: SGD and Momentum multiply by a tensor that only
 * `setLearningRate` makes anew. All of tfjs's optimizers assign `learningRate` once, in the constructor, so an accessor of that
 * name on the base class fires there.
 */
export function installOptimizersMade(tf: typeof Tf, onIgnored: (ignored: IgnoredRate) => void): OptimizersMade {
  const base = tf.Optimizer.prototype as unknown as Record<string, unknown>;
  const sgd = tf.SGDOptimizer.prototype as unknown as Record<string, unknown>;
  const made = new WeakMap<object, Error>();
  const inForce = new WeakMap<object, unknown>();
  /** One that a script derives may well read its rate at every update. */
  const isStock = ({ constructor }: object): boolean =>
    constructor === tf.SGDOptimizer || constructor === tf.MomentumOptimizer;
  let settingRate = 0;
  let watching = true;

  /** A property as an assignment makes it, that sees what is assigned to it. */
  const watchRate = (optimizer: object, first: unknown): void => {
    let value = first;
    inForce.set(optimizer, first);
    Object.defineProperty(optimizer, 'learningRate', {
      configurable: true,
      enumerable: true,
      get: () => value,
      set: (given: unknown) => {
        value = given;
        const rate = inForce.get(optimizer);
        if (settingRate > 0) {
          inForce.set(optimizer, given);
        } else if (watching && typeof given === 'number' && typeof rate === 'number' && given !== rate) {
          onIgnored({ optimizer, given, inForce: rate, error: captureStack('learningRate') });
        }
      },
    });
  };
  Object.defineProperty(base, 'learningRate', {
    configurable: true,
    set(this: object, value: unknown) {
      made.set(this, captureStack('optimizer'));
      if (isStock(this)) {
        watchRate(this, value);
      } else {
        Object.defineProperty(this, 'learningRate', { value, writable: true, enumerable: true, configurable: true });
      }
    },
  });
  const setLearningRate = sgd['setLearningRate'] as (this: object, ...args: unknown[]) => unknown;
  sgd['setLearningRate'] = function (this: object, ...args: unknown[]): unknown {
    settingRate++;
    try {
      return setLearningRate.apply(this, args);
    } finally {
      settingRate--;
    }
  };
  return {
    madeAt: (optimizer) => made.get(optimizer) ?? null,
    rateOf: (optimizer) => {
      const rate = inForce.get(optimizer) ?? (optimizer as { learningRate?: unknown }).learningRate;
      return typeof rate === 'number' ? rate : null;
    },
    uninstall: () => {
      watching = false;
      Reflect.deleteProperty(base, 'learningRate');
      sgd['setLearningRate'] = setLearningRate;
    },
  };
}
