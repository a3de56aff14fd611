import type * as Tf from '@tensorflow/tfjs';
import { stateFromSeed, xoshiro128, type XoshiroState } from './xoshiro128.ts';

/** The run's one source of randomness. */
export interface SeededRandomness {
  /** The generator's state, to be handed to `restore`. */
  readonly snapshot: () => unknown;
  /**
   * Puts the generator back where it was. With it, an extra pass through the model (which draws dropout masks) leaves
   * the training's own draws as they would have been.
   * @throws {TypeError} when `snapshot` did not come from `snapshot()`
   */
  readonly restore: (snapshot: unknown) => void;
  /** Gives back the `Math.random` and the `tf.data` shuffle that were there before. */
  readonly uninstall: () => void;
}

type Shuffle = Tf.data.Dataset<Tf.TensorContainer>['shuffle'];

/**
 * Makes all of a run's randomness follow from one number. tfjs has no global seed: initialisers, dropout and the
 * shuffle of `fit` draw from `Math.random`, which is replaced by a seeded generator (xoshiro128**). Shuffles of `tf.data`
 * without a seed of their own start from the clock: they now start from that generator.
 *
 * Call it once, before the training script is loaded. A script that replaces `Math.random` itself has taken its
 * randomness into its own hands.
 * @param tf the script's own copy of tfjs
 * @param seed any finite number
 * @throws {RangeError} when `seed` is not finite
 */
export function seedRandomness(tf: typeof Tf, seed: number): SeededRandomness {
  if (!Number.isFinite(seed)) {
    throw new RangeError(`A seed must be a finite number, such as 42, but it is ${seed}.`);
  }
  const generator = xoshiro128(stateFromSeed(seed));
  const random = () => generator.nextUnit();
  const stockRandom = Math.random;
  Math.random = random;

  const datasets = tf.data.Dataset.prototype as { shuffle: Shuffle };
  const stockShuffle = datasets.shuffle;
  const shuffle: Shuffle = function (this: Tf.data.Dataset<Tf.TensorContainer>, bufferSize, shuffleSeed, reshuffle) {
    // tfjs reads an empty seed as none.
    const ownSeed = shuffleSeed === undefined || shuffleSeed === '' ? String(random()) : shuffleSeed;
    return stockShuffle.call(this, bufferSize, ownSeed, reshuffle);
  };
  datasets.shuffle = shuffle;

  return {
    snapshot: () => generator.state(),
    restore(snapshot) {
      if (!isState(snapshot)) {
        throw new TypeError('restore() takes what snapshot() gave.');
      }
      generator.setState(snapshot);
    },
    uninstall() {
      if (Math.random === random) {
        Math.random = stockRandom;
      }
      if (datasets.shuffle === shuffle) {
        datasets.shuffle = stockShuffle;
      }
    },
  };
}

function isState(value: unknown): value is XoshiroState {
  return Array.isArray(value) && value.length === 4 && value.every((word) => Number.isInteger(word));
}
