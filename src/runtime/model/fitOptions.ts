import { checkCount, checkKeys, MtlConfigurationError } from '../configuration.ts';
import { fromDataset, fromTensors, inOrder, type BatchedDataset } from './batches.ts';
import type { FitCallbacks } from './callbacks.ts';
import { examples, rows, type Examples, type Inputs, type Labels } from './data.ts';
import { EarlyStopping, type EarlyStoppingOptions } from './earlyStopping.ts';
import type { FitLoop } from './fitLoop.ts';
import { historyKeys, type Evaluation } from './history.ts';
import { variablesOf } from './forward.ts';

interface CommonOptions<Task extends string> {
  /** Passes over the data; default 1. */
  readonly epochs?: number;
  /** The epoch to begin with, from 0; default 0. */
  readonly initialEpoch?: number;
  /** tfjs callbacks or plain objects; they may set `model.stopTraining = true`. */
  readonly callbacks?: FitCallbacks;
  /** Ends training when a task, or the total, no longer improves. */
  readonly earlyStopping?: EarlyStoppingOptions<Task>;
  /** Milliseconds after which the event loop gets a turn, so that a page stays alive; default 125, or 'never'. */
  readonly yieldEvery?: number | 'never';
}

export interface FitOptions<Task extends string = string> extends CommonOptions<Task> {
  /** Examples per step, for validation too; default 32. */
  readonly batchSize?: number;
  /** The share of the examples, from the end, to validate on: above 0, below 1. */
  readonly validationSplit?: number;
  /** Inputs and labels to validate on; stays yours. */
  readonly validationData?: readonly [x: Inputs, y: Labels<Task>];
  /** Whether each epoch has its own random order; default true. */
  readonly shuffle?: boolean;
}

export interface FitDatasetOptions<Task extends string = string> extends CommonOptions<Task> {
  /** Batches that count as one epoch; default: all there are. */
  readonly batchesPerEpoch?: number;
  /** Inputs and labels, or a dataset of batches, to validate on. */
  readonly validationData?: readonly [x: Inputs, y: Labels<Task>] | BatchedDataset;
  /** Examples per batch for validation on tensors; default 32. */
  readonly validationBatchSize?: number;
  /** Batches of a validation dataset; default: all. */
  readonly validationBatches?: number;
}

const COMMON = ['epochs', 'initialEpoch', 'callbacks', 'earlyStopping', 'yieldEvery'];
const FIT = [...COMMON, 'batchSize', 'validationSplit', 'validationData', 'shuffle'];
const FIT_DATASET = [...COMMON, 'batchesPerEpoch', 'validationData', 'validationBatchSize', 'validationBatches'];

/** What a compiled model brings to a loop. */
export interface LoopParts extends Pick<FitLoop, 'model' | 'tasks' | 'train'> {
  readonly evaluate: (batches: Iterable<Examples> | AsyncIterable<Examples>) => Promise<Evaluation>;
}

export function fitTensorsLoop(parts: LoopParts, x: Inputs, y: Labels, options: FitOptions): FitLoop {
  const call = 'fit()';
  checkKeys(call, options, FIT, 'option');
  const { batchSize = 32, validationData, validationSplit, shuffle = true } = options;
  checkCount(`${call} batchSize`, batchSize);
  if (validationData !== undefined && validationSplit !== undefined) {
    throw new MtlConfigurationError(`${call} has validationData and validationSplit. Give one of them.`);
  }
  const resources = new Resources();
  return resources.orDispose(() => {
    const all = resources.add(examples(call, parts.model, parts.tasks, x, y));
    const split = validationSplit === undefined ? undefined : splitAt(all.count, validationSplit);
    const training = split === undefined ? all : resources.add(rows(all, 0, split));
    let validation: Examples | null = null;
    if (split !== undefined) {
      validation = resources.add(rows(all, split, all.count));
    } else if (validationData !== undefined) {
      validation = resources.add(examples(`${call} validationData`, parts.model, parts.tasks, ...validationData));
    }
    const data = validation;
    const validate = data === null ? null : () => parts.evaluate(inOrder(data, batchSize));
    const source = { ...fromTensors(training, batchSize, shuffle), dispose: () => resources.dispose() };
    return loopOf(call, parts, source, validate, options);
  });
}

export function fitDatasetLoop(parts: LoopParts, dataset: BatchedDataset, options: FitDatasetOptions): FitLoop {
  const call = 'fitDataset()';
  checkKeys(call, options, FIT_DATASET, 'option');
  const { batchesPerEpoch, validationData, validationBatchSize = 32, validationBatches } = options;
  for (const [name, count] of Object.entries({ batchesPerEpoch, validationBatchSize, validationBatches })) {
    checkCount(`${call} ${name}`, count ?? 1);
  }
  const { model, tasks } = parts;
  const resources = new Resources();
  return resources.orDispose(() => {
    let validate: FitLoop['validate'] = null;
    if (validationData !== undefined && 'iterator' in validationData) {
      const place = `${call} validationData`;
      validate = () => parts.evaluate(fromDataset(place, model, tasks, validationData, validationBatches).epoch());
    } else if (validationData !== undefined) {
      const data = resources.add(examples(`${call} validationData`, model, tasks, ...validationData));
      validate = () => parts.evaluate(inOrder(data, validationBatchSize));
    }
    const source = { ...fromDataset(call, model, tasks, dataset, batchesPerEpoch), dispose: () => resources.dispose() };
    return loopOf(call, parts, source, validate, options);
  });
}

function loopOf(
  call: string,
  parts: LoopParts,
  source: FitLoop['source'],
  validate: FitLoop['validate'],
  options: CommonOptions<string>,
): FitLoop {
  const { epochs = 1, initialEpoch = 0, callbacks, yieldEvery = 125 } = options;
  checkCount(`${call} epochs`, epochs);
  checkCount(`${call} initialEpoch`, initialEpoch, 0);
  if (yieldEvery !== 'never' && !(yieldEvery >= 0)) {
    throw new MtlConfigurationError(
      `${call} yieldEvery is ${yieldEvery}. Valid: milliseconds, 0 or larger, or 'never'.`,
    );
  }
  const { model, tasks } = parts;
  const regularised = model.layers.some(({ losses }) => losses.length > 0);
  const keys = historyKeys(tasks, regularised, validate !== null);
  const names = tasks.map(({ name }) => name);
  return {
    ...parts,
    call: `mtl.${call.replace('()', '')}`,
    regularised,
    epochs,
    initialEpoch,
    source,
    validate,
    callbacks,
    earlyStopping:
      options.earlyStopping === undefined
        ? null
        : new EarlyStopping(options.earlyStopping, names, keys, () => variablesOf(model.weights)),
    yieldEvery: yieldEvery === 'never' ? Infinity : yieldEvery,
  };
}

function splitAt(count: number, validationSplit: number): number {
  const split = Math.floor(count * (1 - validationSplit));
  if (!(validationSplit > 0 && validationSplit < 1) || split === 0 || split === count) {
    throw new MtlConfigurationError(
      `fit() validationSplit is ${validationSplit}. It must lie between 0 and 1 and leave examples on both sides (there are ${count}).`,
    );
  }
  return split;
}

/** What was made for a loop, to be disposed with it. */
class Resources {
  readonly #held: { dispose(): void }[] = [];

  add<T extends { dispose(): void }>(resource: T): T {
    this.#held.push(resource);
    return resource;
  }

  orDispose<T>(build: () => T): T {
    try {
      return build();
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.#held.forEach((resource) => resource.dispose());
  }
}
