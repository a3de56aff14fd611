import type * as tf from '@tensorflow/tfjs';
import type { MakeOptimizer } from '../groupOptimizers.ts';
import type { LearningRates } from '../groups/learningRates.ts';
import type { NamedGroups } from '../groups/namedGroups.ts';
import type { Weighting } from '../weighting/weighting.ts';
import { MultiTaskModel } from './multiTaskModel.ts';
import type { TaskSettings } from './tasks.ts';

export interface MultiTaskModelSettings<Task extends string, Group extends string = never> {
  /** By task: what `compile` takes for its output, and its loss weight. A task is called like its output layer. */
  readonly tasks: Readonly<Record<Task, TaskSettings>>;
  /** Makes one optimizer per variable group. */
  readonly optimizer: MakeOptimizer;
  /** One rate, or one per group: the shared trunk, each task's tower, groups of your own. */
  readonly learningRates: LearningRates<NoInfer<Task>, NoInfer<Group>>;
  /** How losses become one; default: the weights alone. */
  readonly weighting?: Weighting;
  /** Groups of your own, beside the trunk and the towers. */
  readonly groups?: NamedGroups<Group>;
}

/**
 * Prepares a model with named outputs for multi-task training: what `model.compile` does, with loss weights and a
 * learning rate per variable group, both of which tfjs lacks, and with validation that is right for every task.
 *
 * The trunk and the towers are found, not declared: a variable belongs to a task's tower when every path from it to
 * any loss passes through that task's prediction or loss.
 *
 * @throws MtlConfigurationError for anything that cannot be meant; the message names the key and what is valid.
 *
 * @example
 * const mtl = compileMultiTask(model, {
 *   tasks: {
 *     click: { loss: 'binaryCrossentropy', metrics: ['accuracy'] },
 *     dwell: { loss: 'meanSquaredError', weight: 0.01 },
 *   },
 *   optimizer: (learningRate) => tf.train.adam(learningRate),
 *   learningRates: { shared: 1e-3, click: 1e-3, dwell: 5e-3 },
 * });
 * const { history } = await mtl.fit(x, { click, dwell }, {
 *   epochs: 50,
 *   validationSplit: 0.1,
 *   earlyStopping: { monitor: 'dwell', patience: 3, restoreBest: true },
 * });
 * console.log(history.val_dwell_loss);
 */
export function compileMultiTask<Task extends string, Group extends string = never>(
  model: tf.LayersModel,
  settings: MultiTaskModelSettings<Task, Group>,
): MultiTaskModel<Task> {
  return new MultiTaskModel(model, settings as MultiTaskModelSettings<Task, string>);
}
