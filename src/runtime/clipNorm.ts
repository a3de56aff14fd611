import * as tf from '@tensorflow/tfjs';
import { MtlConfigurationError } from './configuration.ts';

/** Throws unless `clipNorm` is left out, or a norm that a gradient can be clipped to. */
export function checkClipNorm(place: string, clipNorm: number | undefined): void {
  if (clipNorm !== undefined && !(Number.isFinite(clipNorm) && clipNorm > 0)) {
    throw new MtlConfigurationError(
      `${place} is ${clipNorm}. It is the largest L2 norm that the gradient of all variables together may have: a finite number ` +
        'above 0. To clip nothing, leave it out.',
    );
  }
}

/**
 * Clips the gradient by its global norm (R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training recurrent neural
 * networks, ICML 2013): where the L2 norm over all variables together is above `clipNorm`, every gradient is multiplied by
 * clipNorm / norm. So its direction stays, and with it each task's share. Below, the gradient keeps its bits.
 *
 * @returns new tensors by variable name; the caller disposes them, and those given.
 */
export function clippedByGlobalNorm(gradients: tf.NamedTensorMap, clipNorm: number): tf.NamedTensorMap {
  return tf.tidy(() => {
    const names = Object.keys(gradients);
    const squares = names.flatMap((name) => {
      const gradient = gradients[name];
      return gradient === undefined ? [] : [tf.sum<tf.Scalar>(tf.square(gradient))];
    });
    if (squares.length === 0) {
      return {};
    }
    // Nothing is read: the norm stays where the gradients are. Below the limit the factor is clipNorm / clipNorm, exactly 1.
    const norm = tf.sqrt(tf.addN(squares));
    const factor = tf.div(clipNorm, tf.maximum(norm, clipNorm));
    return Object.fromEntries(
      names.flatMap((name) => {
        const gradient = gradients[name];
        return gradient === undefined ? [] : [[name, tf.mul(gradient, factor)] as const];
      }),
    );
  });
}
