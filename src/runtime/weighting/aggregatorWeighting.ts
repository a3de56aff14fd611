import * as tf from '@tensorflow/tfjs';
import type { Aggregator, AggregatorState } from '../../core/advice/aggregators/aggregator.ts';
import type { Matrix } from '../../core/advice/aggregators/algebra/matrix.ts';
import { MtlConfigurationError } from '../configuration.ts';
import { activeTape } from '../tape.ts';
import { sum, times } from './fixedWeights.ts';
import { sharedGram } from './sharedGram.ts';
import type { StepVariables, TaskLoss, WeightedTask, Weighting } from './weighting.ts';

/** A weighting method of the literature at work, and what it weighs the tasks by. */
export interface MethodWeighting extends Weighting {
  /** By task: the factor of its loss in the last step, the user's own weight not counted in; 1 before the first. */
  weights(): Record<string, number>;
}

/**
 * A weighting that looks at each step's losses, and at the Gram matrix of their gradients over the shared variables, and then
 * multiplies the losses by numbers. What a method remembers changes once per step, when the step is done: the same step computed twice
 * has the same weights, and validation does not count.
 */
export class AggregatorWeighting implements MethodWeighting {
  readonly name: string;
  readonly variables: readonly tf.Variable[] = [];
  readonly #aggregator: Aggregator;
  #tasks: readonly WeightedTask[] | null = null;
  #state: AggregatorState = [];
  #next: AggregatorState = [];
  #weights: readonly number[] = [];
  #warned = false;

  constructor(aggregator: Aggregator) {
    this.name = aggregator.name;
    this.#aggregator = aggregator;
  }

  start(tasks: readonly WeightedTask[]): void {
    if (this.#tasks !== null) {
      throw new MtlConfigurationError(
        `This ${this.name}() already serves another model. Call ${this.name}() once for each: it holds the weights of its tasks.`,
      );
    }
    this.#tasks = tasks;
    this.#state = this.#aggregator.start(tasks.length);
    this.#next = this.#state;
    this.#weights = tasks.map(() => 1);
  }

  total(losses: readonly TaskLoss[], variables?: StepVariables): tf.Scalar {
    const weighted = losses.map(({ name, loss }) => times(loss, this.#ownWeight(name)));
    if (variables !== undefined) {
      const { weights, state } = this.#aggregator.step(
        { gram: this.#gram(weighted, variables), losses: this.#losses(weighted) },
        this.#state,
      );
      this.#weights = weights;
      this.#next = state;
    }
    // Also by 1: the tape stays of one shape, whatever the weights are.
    return sum(weighted.map((loss, i) => tf.mul<tf.Scalar>(loss, this.#weights[i] ?? 1)));
  }

  stepped(): void {
    this.#state = this.#next;
    this.#warnOfSinking();
  }

  weights(): Record<string, number> {
    return Object.fromEntries((this.#tasks ?? []).map(({ name }, i) => [name, this.#weights[i] ?? 1]));
  }

  dispose(): void {
    this.#tasks = null;
  }

  /** While there is still time: two steps later the task may get no gradient to speak of. */
  #warnOfSinking(): void {
    const { sinking = 0 } = this.#aggregator;
    const share = (Math.min(...this.#weights) * this.#weights.length) / this.#weights.reduce((a, b) => a + b, 0);
    if (share < sinking && !this.#warned) {
      this.#warned = true;
      const task = this.#tasks?.[this.#weights.indexOf(Math.min(...this.#weights))]?.name ?? '';
      console.warn(
        `mtl-debugger: ${this.name}() has brought the weight of task '${task}' down to ${share.toPrecision(2)} of the mean weight. At its rate ` +
          'two more steps may leave the task no gradient to speak of. ' +
          `Give ${this.name}({ learningRate }) a smaller one, or standardise the targets.`,
      );
    }
  }

  #losses(losses: readonly tf.Scalar[]): number[] {
    const { needs } = this.#aggregator;
    return losses.map((loss) => (needs === 'losses' || needs === 'both' ? (loss.dataSync()[0] ?? NaN) : NaN));
  }

  #gram(losses: readonly tf.Scalar[], step: StepVariables): Matrix {
    const { needs } = this.#aggregator;
    if (needs === 'nothing' || needs === 'losses') {
      return [];
    }
    const variables = step.shared();
    if (variables.length === 0 || activeTape().length === 0) {
      throw new MtlConfigurationError(
        `${this.name}() weighs tasks by their gradients at the variables that they share, and no trainable variable leads to two losses. ` +
          'Share a trunk between the tasks, unfreeze it, or leave the weighting out.',
      );
    }
    return sharedGram(losses, variables);
  }

  #ownWeight(task: string): number {
    const known = this.#tasks?.find(({ name }) => name === task);
    if (known === undefined) {
      throw new MtlConfigurationError(`${this.name}() was not started for task '${task}'.`);
    }
    return known.weight;
  }
}
