import * as tf from '@tensorflow/tfjs';
import { MtlConfigurationError } from './configuration.ts';
import type { VariableGroup } from './groups/variableGroups.ts';

/** Makes a new optimizer with this learning rate: `(learningRate) => tf.train.adam(learningRate)`. */
export type MakeOptimizer = (learningRate: number) => tf.Optimizer;

/**
 * One optimizer instance per variable group. Scaling a group's gradients instead would equal another rate for plain SGD
 * only: Adam and its kin normalise the scale away.
 *
 * tfjs's optimizers keep moments by list position, so each group's variables are always handed over in the same order,
 * with a hole where a step has no gradient (a frozen layer, a path not taken).
 */
export class GroupOptimizers {
  readonly #make: MakeOptimizer;
  readonly #optimizers = new Map<string, { optimizer: tf.Optimizer; rate: number }>();
  readonly #own = new Set<string>();

  constructor(make: MakeOptimizer) {
    if (typeof (make as unknown) !== 'function') {
      throw new MtlConfigurationError(
        'optimizer must be a function that makes an optimizer for a rate, as in (learningRate) => tf.train.adam(learningRate): ' +
          'each variable group gets one of its own.',
      );
    }
    this.#make = make;
  }

  /** Whether a registered variable is an optimizer's counter (Adam's are marked trainable), not the user's. */
  owns({ name }: tf.Variable): boolean {
    return this.#own.has(name);
  }

  /** Updates every group that has a gradient. The gradients stay the caller's. */
  apply(groups: readonly VariableGroup[], gradients: tf.NamedTensorMap): void {
    const reached = groups.filter(({ variables }) => variables.some((name) => name in gradients));
    // All optimizers are made, and checked, before the first of them moves a weight.
    const optimizers = reached.map((group) => this.#of(group));
    reached.forEach(({ variables }, i) => {
      // The missing ones are undefined, as in tfjs's own Optimizer.minimize.
      optimizers[i]?.applyGradients(variables.map((name) => ({ name, tensor: gradients[name] as tf.Tensor })));
    });
  }

  dispose(): void {
    for (const { optimizer } of this.#optimizers.values()) {
      optimizer.dispose();
    }
    this.#optimizers.clear();
  }

  #of({ id, learningRate }: VariableGroup): tf.Optimizer {
    const known = this.#optimizers.get(id);
    if (known !== undefined) {
      return known.optimizer;
    }
    const before = new Set(Object.keys(tf.engine().registeredVariables));
    const optimizer = this.#make(learningRate);
    for (const name of Object.keys(tf.engine().registeredVariables)) {
      if (!before.has(name)) {
        this.#own.add(name);
      }
    }
    this.#check(optimizer, id, learningRate);
    this.#optimizers.set(id, { optimizer, rate: learningRate });
    return optimizer;
  }

  #check(optimizer: tf.Optimizer, id: string, rate: number): void {
    if (typeof (optimizer as Partial<tf.Optimizer> | undefined)?.applyGradients !== 'function') {
      throw new MtlConfigurationError(
        `optimizer(${rate}) returned no tf.Optimizer for group '${id}'. Return one, as in (learningRate) => tf.train.adam(learningRate).`,
      );
    }
    for (const [other, known] of this.#optimizers) {
      if (known.optimizer === optimizer) {
        throw new MtlConfigurationError(
          `optimizer() returned the same instance for the groups '${other}' and '${id}'. ` +
            'Make a new one on every call: an optimizer keeps its moments by position and would mix the groups.',
        );
      }
      if (known.rate !== rate && rateOf(known.optimizer) === rateOf(optimizer) && rateOf(optimizer) !== undefined) {
        throw new MtlConfigurationError(
          `optimizer() ignores its learning rate: '${other}' (${known.rate}) and '${id}' (${rate}) both got ` +
            `${rateOf(optimizer) ?? ''}. Use the argument, as in (learningRate) => tf.train.adam(learningRate).`,
        );
      }
    }
  }
}

function rateOf(optimizer: tf.Optimizer): number | undefined {
  const rate: unknown = 'learningRate' in optimizer ? optimizer.learningRate : undefined;
  return typeof rate === 'number' ? rate : undefined;
}
