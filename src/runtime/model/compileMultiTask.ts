import type * as tf from '@tensorflow/tfjs';
import type { MultiTaskModelSettings } from './modelSettings.ts';
import { MultiTaskModel } from './multiTaskModel.ts';

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
