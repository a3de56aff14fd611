import * as tf from '@tensorflow/tfjs';
import type { TaskLoss, WeightedTask, Weighting } from './weighting.ts';

/** total = Σ weight · loss. What is used where no weighting is named. */
export class FixedWeights implements Weighting {
  readonly name = 'weights';
  readonly variables: readonly tf.Variable[] = [];
  #weights = new Map<string, number>();

  start(tasks: readonly WeightedTask[]): void {
    this.#weights = new Map(tasks.map(({ name, weight }) => [name, weight]));
  }

  total(losses: readonly TaskLoss[]): tf.Scalar {
    return sum(losses.map(({ name, loss }) => times(loss, this.#weights.get(name) ?? 1)));
  }

  dispose(): void {
    // Holds no tensors.
  }
}

/** weight · x, without an op for weight 1: the bits of an unweighted loss stay what they are. */
export function times(x: tf.Scalar, weight: number): tf.Scalar {
  return weight === 1 ? x : tf.mul(x, weight);
}

/** ((x₀ + x₁) + x₂) + …; the list is not empty. */
export function sum(terms: readonly tf.Scalar[]): tf.Scalar {
  return terms.reduce((total, term) => tf.add(total, term));
}
