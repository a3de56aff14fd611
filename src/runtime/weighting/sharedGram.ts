import * as tf from '@tensorflow/tfjs';
import type { Matrix } from '../../core/advice/aggregators/algebra/matrix.ts';
import { offTheTape } from '../tape.ts';

/**
 * Inner products of the losses' gradients over some variables, from the tape of the step that is under way: one more walk back for
 * each loss, over the part of the tape between it and these variables. Products are of 32 bits, as the gradients are.
 *
 * Call it inside the differentiated function. It adds nothing to the tape, and blocks until the products are read.
 * @param losses Scalars on the tape. Each row and column of the result is of one of them.
 * @param variables Not empty. What a loss does not lead to counts as a gradient of 0.
 */
export function sharedGram(losses: readonly tf.Scalar[], variables: readonly tf.Variable[]): Matrix {
  return offTheTape(() => {
    const products = tf.tidy(() => {
      const walks = losses.map((loss) => gradientsOf(loss, variables));
      const perVariable = variables.map((variable, k) => {
        const rows = walks.map((walk) => tf.reshape(walk[k] ?? tf.zerosLike(variable), [-1]));
        const stacked = tf.stack(rows) as tf.Tensor2D;
        return tf.matMul(stacked, stacked, false, true);
      });
      return tf.addN(perVariable);
    });
    const values = products.dataSync();
    products.dispose();
    return losses.map((_, i) => losses.map((__, j) => values[i * losses.length + j] ?? NaN));
  });
}

/** A gradient inside a gradient: the engine walks the tape that is there, up to the loss. */
function gradientsOf(loss: tf.Scalar, variables: readonly tf.Variable[]): readonly (tf.Tensor | undefined)[] {
  const { grads } = tf.engine().gradients(() => loss, [...variables], undefined, true);
  // The engine leaves holes for what was not reached, though its type does not say so.
  return grads;
}
