import * as tf from '@tensorflow/tfjs';
import { checkComplete, checkKeys, MtlConfigurationError } from '../configuration.ts';
import type { CompiledTask } from './tasks.ts';

/** One tensor, one per input in the model's order, or by input name; the first axis is the examples. */
export type Inputs = tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>;

/** Labels by task; the first axis is the examples. */
export type Labels<Task extends string = string> = Readonly<Record<Task, tf.Tensor>>;

/** Examples in the order of the model's inputs and of the tasks. */
export interface Examples {
  readonly inputs: readonly tf.Tensor[];
  readonly labels: readonly tf.Tensor[];
  readonly count: number;
  /** Disposes what was made for it, never what the user gave. */
  dispose(): void;
}

/**
 * Checks the user's tensors and brings them into order. Vectors become columns, as in tfjs's own `fit`: a `[B]` that
 * met a `[B, 1]` would broadcast to `[B, B]`. `place` begins the messages.
 */
export function examples(
  place: string,
  model: tf.LayersModel,
  tasks: readonly CompiledTask[],
  x: Inputs,
  y: Labels,
): Examples {
  const given = [
    ...inOrder(`${place} x`, x, model.inputNames, 'input'),
    ...inOrder(
      `${place} y`,
      byTask(`${place} y`, y, tasks),
      tasks.map(({ name }) => name),
      'task',
    ),
  ];
  const columns = given.map((tensor) => (tensor.rank === 1 ? tf.expandDims(tensor, 1) : tensor));
  const ours = columns.filter((tensor, i) => tensor !== given[i]);
  const inputs = columns.slice(0, model.inputNames.length);
  const labels = columns.slice(model.inputNames.length);
  try {
    const names = [...model.inputNames, ...tasks.map(({ name }) => name)];
    const count = checkCounts(place, names, columns);
    tasks.forEach((task, i) => checkLabel(`${place} y`, task, labels[i]));
    return { inputs, labels, count, dispose: () => tf.dispose(ours) };
  } catch (error) {
    tf.dispose(ours);
    throw error;
  }
}

function checkCounts(place: string, names: readonly string[], tensors: readonly tf.Tensor[]): number {
  const count = examplesOf(tensors[0]);
  tensors.forEach((tensor, i) => {
    if (examplesOf(tensor) !== count) {
      throw new MtlConfigurationError(
        `${place}: '${names[i] ?? ''}' has ${examplesOf(tensor)} examples, but '${names[0] ?? ''}' has ${count}.`,
      );
    }
  });
  if (count === 0) {
    throw new MtlConfigurationError(`${place}: there are no examples.`);
  }
  return count;
}

function examplesOf(tensor: tf.Tensor | undefined): number {
  return tensor?.shape[0] ?? 0;
}

function byTask(place: string, y: Labels, tasks: readonly CompiledTask[]): Labels {
  if (isTensor(y) || Array.isArray(y) || typeof (y as unknown) !== 'object') {
    throw new MtlConfigurationError(
      `${place} must hold the labels by task, as in { ${tasks.map(({ name }) => `${name}: tensor`).join(', ')} }.`,
    );
  }
  return y;
}

function inOrder(place: string, given: Inputs, names: readonly string[], what: string): tf.Tensor[] {
  let tensors: readonly (tf.Tensor | undefined)[];
  if (isTensor(given)) {
    tensors = [given];
  } else if (isArray(given)) {
    tensors = given;
  } else {
    checkKeys(place, given, names, what);
    checkComplete(place, given, names, what);
    tensors = names.map((name) => given[name]);
  }
  if (tensors.length !== names.length) {
    throw new MtlConfigurationError(
      `${place} has ${tensors.length} tensors, but the model has ${names.length} ${what}s: ${names.join(', ')}.`,
    );
  }
  return tensors.map((tensor, i) => {
    if (!isTensor(tensor)) {
      throw new MtlConfigurationError(`${place}: '${names[i] ?? ''}' is not a tensor.`);
    }
    return tensor;
  });
}

function checkLabel(place: string, { name, labelShape }: CompiledTask, label: tf.Tensor | undefined): void {
  const shape = label?.shape.slice(1) ?? [];
  const fits = labelShape?.length === shape.length && labelShape.every((size, i) => size === null || size === shape[i]);
  if (labelShape !== null && !fits) {
    throw new MtlConfigurationError(
      `${place}.${name} has shape [${String(label?.shape)}], but its loss needs [examples, ${labelShape.map((size) => size ?? 'any').join(', ')}]. ` +
        'Reshape the labels, or give the task a loss function of your own.',
    );
  }
}

function isTensor(value: unknown): value is tf.Tensor {
  return value instanceof tf.Tensor;
}

function isArray(value: Inputs): value is readonly tf.Tensor[] {
  return Array.isArray(value);
}

/** The rows `[from, to)` of every tensor. */
export function rows(all: Examples, from: number, to: number): Examples {
  return mapped(all, to - from, (tensor) => tf.slice(tensor, [from], [to - from]));
}

/** The rows at these places, in this order. */
export function rowsAt(all: Examples, places: Int32Array): Examples {
  const at = tf.tensor1d(places, 'int32');
  const chosen = mapped(all, places.length, (tensor) => tf.gather(tensor, at));
  at.dispose();
  return chosen;
}

function mapped(all: Examples, count: number, f: (tensor: tf.Tensor) => tf.Tensor): Examples {
  const [inputs, labels] = [all.inputs.map(f), all.labels.map(f)];
  return { inputs, labels, count, dispose: () => tf.dispose([inputs, labels]) };
}
