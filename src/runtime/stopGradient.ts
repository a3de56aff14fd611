import * as tf from '@tensorflow/tfjs';
import { trainingObserver } from '../core/announcements.ts';
import { MtlConfigurationError } from './configuration.ts';
import { offTape } from './tape.ts';

/**
 * Passes `x` on, and no gradient back: `tf.stopGradient` of TensorFlow, which tfjs lacks.
 *
 * The cut is structural. The result carries the same data off the tape, so what lies behind it gets no gradient at all,
 * rather than a gradient of zero, which would walk on and turn into NaN at an infinite slope (0 · ∞). Nothing is
 * computed and no memory is taken.
 *
 * @param x a tensor of any shape and dtype.
 * @returns a tensor of the same shape and dtype. Like the result of any op it is tidied, or disposed by you.
 *
 * @example
 * // Conversion may read the click prediction, but must not train the click tower.
 * const feature = stopGradient(clickPrediction);
 * const conversion = conversionTower.apply(tf.concat([trunk, feature], 1));
 */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  if (!((x as unknown) instanceof tf.Tensor)) {
    throw new MtlConfigurationError(
      `stopGradient(x) takes one tensor, but x is ${Array.isArray(x) ? 'an array' : typeof x}. ` +
        'Pass each tensor on its own; for a functional model use layers.stopGradient().',
    );
  }
  const output = offTape(x);
  trainingObserver()?.stopped(x, output);
  return output;
}
