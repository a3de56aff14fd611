import type * as Tf from '@tensorflow/tfjs';

/** What the loss functions of a model returned at its first training step, by output; null where it threw before. */
export interface LossShapes {
  readonly outputs: readonly string[];
  readonly shapes: readonly (readonly number[] | null)[];
}

type LossFunction = (target: Tf.Tensor, prediction: Tf.Tensor) => Tf.Tensor;

interface ModelInternals {
  readonly outputNames: readonly string[];
  lossFunctions: readonly LossFunction[];
}

/**
 * Tells the shapes of the losses that `fit` adds up, also where adding them throws. Loss functions are stood in for during the first
 * step after `compile`, and called as they are.
 */
export function installLossShapes(tf: typeof Tf, onShapes: (seen: LossShapes) => void): { uninstall(): void } {
  const prototype = tf.LayersModel.prototype as unknown as { makeTrainFunction: unknown };
  const original = prototype.makeTrainFunction as (this: ModelInternals) => (...data: unknown[]) => unknown;
  const seen = new WeakSet<object>();
  prototype.makeTrainFunction = function (this: ModelInternals): (...data: unknown[]) => unknown {
    const train = original.call(this);
    return (...data) => {
      const own = this.lossFunctions;
      if (own.length < 2 || seen.has(own)) {
        return train(...data);
      }
      seen.add(own);
      const shapes = own.map((): readonly number[] | null => null);
      this.lossFunctions = own.map((loss, output) => (target: Tf.Tensor, prediction: Tf.Tensor) => {
        const value = loss(target, prediction);
        shapes[output] = value.shape;
        return value;
      });
      try {
        return train(...data);
      } finally {
        this.lossFunctions = own;
        onShapes({ outputs: this.outputNames, shapes });
      }
    };
  };
  return {
    uninstall: () => {
      prototype.makeTrainFunction = original;
    },
  };
}
