import * as tf from '@tensorflow/tfjs';
import { checkComplete, checkKeys, checkWeight, listed, MtlConfigurationError } from '../configuration.ts';
import { checkMissing, type MissingLabels } from './missingLabels.ts';

/** (labels, predictions) => tensor, as tfjs's own: one number per example, or a scalar. */
export type LossFunction = (labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor;

/** The losses that tfjs knows by name. */
export const LOSS_NAMES = [
  'meanSquaredError',
  'meanAbsoluteError',
  'meanAbsolutePercentageError',
  'meanSquaredLogarithmicError',
  'squaredHinge',
  'hinge',
  'categoricalHinge',
  'logcosh',
  'categoricalCrossentropy',
  'sparseCategoricalCrossentropy',
  'binaryCrossentropy',
  'kullbackLeiblerDivergence',
  'poisson',
  'cosineProximity',
] as const;
export type LossName = (typeof LOSS_NAMES)[number];

/** The metrics that tfjs knows by name. */
export const METRIC_NAMES = [
  'accuracy',
  'acc',
  'crossentropy',
  'ce',
  'binaryAccuracy',
  'categoricalAccuracy',
  'precision',
  'categoricalCrossentropy',
  'sparseCategoricalCrossentropy',
  'mse',
  'mae',
  'mape',
  'cosine',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export interface TaskSettings {
  /** By name or as a function; means what it means in `model.compile`, averaged over the batch. */
  readonly loss: LossName | LossFunction;
  /** Loss weight; default 1. */
  readonly weight?: number;
  /** By name or as functions, for reporting only. */
  readonly metrics?: readonly (MetricName | LossFunction)[];
  /**
   * What stands for "no label", as in NaN or -1, or a function of the labels that is true where they are missing. The task's
   * loss and metrics are then those of its labelled examples alone; in a batch without any, its loss is 0.
   */
  readonly missing?: MissingLabels;
}

export interface CompiledTask {
  readonly name: string;
  readonly loss: LossFunction;
  readonly weight: number;
  readonly missing: MissingLabels | undefined;
  readonly metrics: readonly { readonly name: string; readonly compute: LossFunction }[];
  /** What the labels of one example must be; null where a loss function of the user's own decides. */
  readonly labelShape: readonly (number | null)[] | null;
}

/** One task per output of the model, in the order of its outputs. */
export function compileTasks(model: tf.LayersModel, tasks: Readonly<Record<string, TaskSettings>>): CompiledTask[] {
  if (!model.built) {
    // A sequential model names its outputs only when it is built, as its own compile would do.
    model.build([]);
  }
  const names = model.outputNames;
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new MtlConfigurationError(
      `The model has two outputs called '${twice}'. A task is called like its output, so give each its own layer and name.`,
    );
  }
  checkKeys('tasks', tasks, names);
  checkComplete('tasks', tasks, names);
  return names.map((name, i) => {
    const settings = tasks[name];
    const output = model.outputs[i];
    if (settings === undefined || output === undefined) {
      throw new MtlConfigurationError(`tasks.${name} is missing.`);
    }
    return compileTask(name, settings, output.shape.slice(1));
  });
}

function compileTask(name: string, settings: TaskSettings, shape: (number | null)[]): CompiledTask {
  checkKeys(`tasks.${name}`, settings, ['loss', 'weight', 'metrics', 'missing'], 'setting');
  checkComplete(`tasks.${name}`, settings, ['loss'], 'setting');
  const { loss, weight = 1, metrics = [], missing } = settings;
  checkWeight(`tasks.${name}.weight`, weight);
  checkNamed(`tasks.${name}.loss`, loss, LOSS_NAMES);
  metrics.forEach((metric, i) => checkNamed(`tasks.${name}.metrics[${i}]`, metric, METRIC_NAMES));
  checkMissing(`tasks.${name}.missing`, missing);
  const compiled = asTfjsWould(loss, metrics, shape);
  return {
    name,
    weight,
    missing,
    ...compiled,
    labelShape: labelShape(loss, shape),
  };
}

function checkNamed(place: string, given: unknown, names: readonly string[]): void {
  if (typeof given !== 'function' && !names.includes(given as string)) {
    throw new MtlConfigurationError(
      `${place} is ${typeof given === 'string' ? `'${given}'` : typeof given}. Valid: a function, ${listed(names)}.`,
    );
  }
}

/** Lets tfjs itself look up the names, on a model without weights that has just this output. */
function asTfjsWould(
  loss: TaskSettings['loss'],
  metrics: NonNullable<TaskSettings['metrics']>,
  shape: (number | null)[],
): Pick<CompiledTask, 'loss' | 'metrics'> {
  const output = tf.input({ shape });
  const probe = tf.model({ inputs: output, outputs: output });
  const optimizer = tf.train.sgd(1);
  try {
    // Its types know names and functions, each apart.
    probe.compile({ optimizer, loss: [loss] as LossFunction[], metrics: [...metrics] as string[] });
  } finally {
    optimizer.dispose();
  }
  const [lossFunction] = probe.lossFunctions;
  if (lossFunction === undefined) {
    throw new MtlConfigurationError(`tfjs found no loss function for ${String(loss)}.`);
  }
  return {
    loss: lossFunction,
    metrics: probe.metricsTensors.map(([compute], i) => ({
      name: probe.metricsNames[i + 1] ?? `metric_${i}`,
      compute,
    })),
  };
}

function labelShape(loss: TaskSettings['loss'], shape: (number | null)[]): (number | null)[] | null {
  if (typeof loss === 'function') {
    return null;
  }
  return loss === 'sparseCategoricalCrossentropy' ? [...shape.slice(0, -1), 1] : shape;
}
