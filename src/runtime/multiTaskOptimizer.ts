import * as tf from '@tensorflow/tfjs';
import { checkClipNorm } from './clipNorm.ts';
import { checkComplete, checkKeys, checkWeight, MtlConfigurationError } from './configuration.ts';
import type { MakeOptimizer } from './groupOptimizers.ts';
import type { LearningRates } from './groups/learningRates.ts';
import type { NamedGroups } from './groups/namedGroups.ts';
import type { VariableGroup } from './groups/variableGroups.ts';
import { read, readNow, scalarsOf, stepResult, type StepResult } from './stepResult.ts';
import { TrainingStep } from './trainingStep.ts';
import { FixedWeights } from './weighting/fixedWeights.ts';
import type { TaskLoss, Weighting } from './weighting/weighting.ts';

export interface MultiTaskOptimizerSettings<Task extends string, Group extends string = never> {
  /** Makes one optimizer per variable group. */
  readonly optimizer: MakeOptimizer;
  /** One rate, or one per group. */
  readonly learningRates: LearningRates<NoInfer<Task>, NoInfer<Group>>;
  /** Every task with its loss weight; 1 leaves a loss as it is. */
  readonly weights: Readonly<Record<Task, number>>;
  /** How losses become one; default: the weights alone. */
  readonly weighting?: Weighting;
  /**
   * What may be trained. Default: every registered trainable variable that the losses reach, other models' included;
   * so list them where more than one model is in play.
   */
  readonly variables?: readonly tf.Variable[];
  /** Groups of your own, beside those found on the tape. */
  readonly groups?: NamedGroups<Group>;
  /** The largest L2 norm that the gradient of all variables together may have; above, it is scaled down to it. */
  readonly clipNorm?: number;
}

const SETTINGS = ['optimizer', 'learningRates', 'weights', 'weighting', 'variables', 'groups', 'clipNorm'];

/**
 * For a training loop of one's own: loss weights, weighting methods and a learning rate per variable group.
 *
 * @example
 * const optimizer = multiTaskOptimizer({
 *   optimizer: (learningRate) => tf.train.adam(learningRate),
 *   learningRates: { shared: 1e-3, click: 1e-3, dwell: 5e-3 },
 *   weights: { click: 1, dwell: 0.01 },
 * });
 * for (const batch of batches) {
 *   const { losses } = optimizer.step(batch, ({ x, click, dwell }) => {
 *     const [clickPrediction, dwellPrediction] = model.apply(x, { training: true }) as tf.Tensor[];
 *     return {
 *       click: tf.losses.sigmoidCrossEntropy(click, clickPrediction),
 *       dwell: tf.losses.meanSquaredError(dwell, dwellPrediction),
 *     };
 *   });
 * }
 * optimizer.dispose();
 */
export function multiTaskOptimizer<Task extends string, Group extends string = never>(
  settings: MultiTaskOptimizerSettings<Task, Group>,
): MultiTaskOptimizer<Task> {
  return new MultiTaskOptimizer(settings as MultiTaskOptimizerSettings<Task, string>);
}

/** Made by `multiTaskOptimizer`. */
export class MultiTaskOptimizer<Task extends string = string> {
  readonly #tasks: readonly Task[];
  readonly #training: TrainingStep;

  constructor(settings: MultiTaskOptimizerSettings<Task, string>) {
    checkKeys('multiTaskOptimizer()', settings, SETTINGS, 'setting');
    checkComplete('multiTaskOptimizer()', settings, ['optimizer', 'learningRates', 'weights'], 'setting');
    const { optimizer, learningRates, weights, weighting = new FixedWeights(), variables, groups = {} } = settings;
    this.#tasks = Object.keys(weights) as Task[];
    if (this.#tasks.length === 0) {
      throw new MtlConfigurationError(
        'weights is empty. List every task with its loss weight, as in { click: 1, dwell: 0.01 }.',
      );
    }
    const tasks = this.#tasks.map((name) => ({ name, weight: weights[name] }));
    tasks.forEach(({ name, weight }) => checkWeight(`weights.${name}`, weight));
    if (variables?.length === 0) {
      throw new MtlConfigurationError(
        'variables is empty. List what to train, or leave it out for all that the losses reach.',
      );
    }
    checkClipNorm('clipNorm', settings.clipNorm);
    this.#training = new TrainingStep({
      tasks,
      optimizer,
      learningRates,
      groups,
      weighting,
      clipNorm: settings.clipNorm,
      variables: () => variables ?? Object.values(tf.engine().registeredVariables),
      chosen: variables !== undefined,
    });
  }

  /** The variable groups, with their rates; those of the tasks are found on the tape of the first step. */
  get groups(): readonly VariableGroup[] {
    return this.#training.groups;
  }

  /**
   * One training step: runs `losses` once, differentiates the weighted sum once, updates each group by its optimizer.
   * Every tensor made in `losses` is disposed; the batch stays yours. Blocks until the figures are read.
   *
   * @param losses synchronous; returns each task's loss, a scalar: every task of `weights`, at every step.
   */
  step<Batch>(batch: Batch, losses: (batch: Batch) => Readonly<Record<Task, tf.Tensor>>): StepResult<Task> {
    return stepResult(this.#tasks, readNow(this.#run(batch, losses)));
  }

  /** As `step`, but waits for the figures instead of blocking (use it on WebGL and WebGPU). The update is made at once. */
  async stepAsync<Batch>(
    batch: Batch,
    losses: (batch: Batch) => Readonly<Record<Task, tf.Tensor>>,
  ): Promise<StepResult<Task>> {
    return stepResult(this.#tasks, await read(this.#run(batch, losses)));
  }

  /** Disposes the optimizers and the weighting, not your variables. */
  dispose(): void {
    this.#training.dispose();
  }

  #run<Batch>(batch: Batch, losses: (batch: Batch) => Readonly<Record<Task, tf.Tensor>>): tf.Scalar[] {
    return scalarsOf(this.#training.run(() => ({ losses: this.#checked(losses(batch)), regularisers: [] })));
  }

  #checked(losses: Readonly<Record<Task, tf.Tensor>>): TaskLoss[] {
    if ((losses as unknown) instanceof Promise) {
      throw new MtlConfigurationError(
        'The function given to step() is asynchronous. Await data before the step, and compute the losses synchronously: ' +
          'tfjs records gradients only until the first await.',
      );
    }
    checkKeys('Losses returned to step()', losses, this.#tasks);
    checkComplete('Losses returned to step()', losses, this.#tasks);
    return this.#tasks.map((name) => {
      const loss = losses[name];
      if (!((loss as unknown) instanceof tf.Tensor) || loss.rank !== 0) {
        throw new MtlConfigurationError(
          `The loss of task '${name}' is not a scalar: ${(loss as unknown) instanceof tf.Tensor ? `its shape is [${String(loss.shape)}]` : `it is ${typeof loss}`}. ` +
            'Return tf.mean(loss), or another scalar tensor.',
        );
      }
      return { name, loss: loss as tf.Scalar };
    });
  }
}
