import * as tf from '@tensorflow/tfjs';
import { MtlConfigurationError } from '../configuration.ts';
import { examples, rows, rowsAt, type Examples, type Inputs, type Labels } from './data.ts';
import type { CompiledTask } from './tasks.ts';

/** One element of a dataset, with its batch axis: what `dataset.batch(n)` yields. */
export interface DatasetElement<Task extends string = string> {
  readonly xs: Inputs;
  readonly ys: Labels<Task>;
}

/** As much of a `tf.data.Dataset` as is needed. */
export interface BatchedDataset {
  readonly size?: number | null;
  iterator(): Promise<{ next(): Promise<{ done?: boolean; value: unknown }> }>;
}

/** Where batches come from; every batch is disposed by who takes it. */
export interface BatchSource {
  /** Null where it is not known. */
  readonly perEpoch: number | null;
  /** The batches of the next epoch. */
  epoch(): AsyncGenerator<Examples, void>;
  dispose(): void;
}

/** Batches of tensors in memory, in a new random order each epoch if `shuffle` (drawn from Math.random). */
export function fromTensors(all: Examples, batchSize: number, shuffle: boolean): BatchSource {
  const places = Int32Array.from({ length: all.count }, (_, i) => i);
  return {
    perEpoch: Math.ceil(all.count / batchSize),
    epoch: async function* () {
      if (shuffle) {
        tf.util.shuffle(places);
      }
      for (let from = 0; from < all.count; from += batchSize) {
        const to = Math.min(from + batchSize, all.count);
        yield await Promise.resolve(shuffle ? rowsAt(all, places.slice(from, to)) : rows(all, from, to));
      }
    },
    dispose: () => all.dispose(),
  };
}

/** Batches in order, for evaluation. */
export function* inOrder(all: Examples, batchSize: number): Generator<Examples, void> {
  for (let from = 0; from < all.count; from += batchSize) {
    yield rows(all, from, Math.min(from + batchSize, all.count));
  }
}

/**
 * Batches of a dataset. With `perEpoch` one iteration serves all epochs, that many batches at a time, and training ends
 * early if it runs dry; without, each epoch iterates anew to the end.
 */
export function fromDataset(
  place: string,
  model: tf.LayersModel,
  tasks: readonly CompiledTask[],
  dataset: BatchedDataset,
  perEpoch: number | undefined,
): BatchSource {
  const size = typeof dataset.size === 'number' && Number.isFinite(dataset.size) ? dataset.size : null;
  let lasting: Awaited<ReturnType<BatchedDataset['iterator']>> | undefined;
  return {
    perEpoch: perEpoch ?? size,
    epoch: async function* () {
      const iterator = perEpoch === undefined ? await dataset.iterator() : (lasting ??= await dataset.iterator());
      for (let batch = 0; perEpoch === undefined || batch < perEpoch; batch++) {
        const { done, value } = await iterator.next();
        if (done === true) {
          if (perEpoch !== undefined) {
            console.warn(
              `mtl-debugger: ${place}: the dataset ended after ${batch} of ${perEpoch} batches. ` +
                'Call dataset.repeat(), or lower batchesPerEpoch or epochs.',
            );
          }
          return;
        }
        yield element(place, model, tasks, value);
      }
    },
    dispose: () => undefined,
  };
}

function element(place: string, model: tf.LayersModel, tasks: readonly CompiledTask[], value: unknown): Examples {
  try {
    if (typeof value !== 'object' || value === null || !('xs' in value) || !('ys' in value)) {
      throw new MtlConfigurationError(`${place}: the dataset must yield { xs, ys }, with ys by task.`);
    }
    const { xs, ys } = value as DatasetElement;
    const batch = examples(place, model, tasks, xs, ys);
    return {
      ...batch,
      dispose: () => {
        batch.dispose();
        tf.dispose(value as tf.TensorContainer);
      },
    };
  } catch (error) {
    tf.dispose(value as tf.TensorContainer);
    throw error;
  }
}
