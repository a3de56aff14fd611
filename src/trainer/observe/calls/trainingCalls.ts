import type * as Tf from '@tensorflow/tfjs';
import type { FitContext } from '../graph/findTerms.ts';
import { captureStack } from '../tape/captureStack.ts';

/** A call of fit, fitDataset or trainOnBatch. */
export interface TrainingCall {
  readonly via: 'fit' | 'fitDataset' | 'trainOnBatch';
  readonly model: string;
  /** Captured where the script made the call. */
  readonly error: Error;
  readonly epochs: number;
  readonly stepsPerEpoch: number | null;
  /** Steps made in this call so far. */
  steps: number;
}

export interface TrainingCalls {
  /** The model whose training function is running right now. */
  readonly fit: (FitContext & { readonly call: TrainingCall | null; readonly model: object }) | null;
  /** The innermost training call that has not returned. */
  readonly open: TrainingCall | null;
  uninstall(): void;
}

interface ModelInternals {
  readonly name: string;
  readonly inputs: readonly unknown[];
  readonly outputNames: readonly string[];
}

type AnyFunction = (this: ModelInternals, ...args: unknown[]) => unknown;

/** Wraps the training methods of `LayersModel`, so that a step knows its model, its outputs and how many are to come. */
export function installTrainingCalls(tf: typeof Tf, onCall: (call: TrainingCall) => void): TrainingCalls {
  const prototype = tf.LayersModel.prototype as unknown as Record<string, AnyFunction>;
  const originals = new Map<string, AnyFunction>();
  const openCalls: TrainingCall[] = [];
  const batchCalls = new WeakMap<object, TrainingCall>();
  const labels = new WeakMap<object, string>();
  const known = new Map<string, number>();
  let fit: TrainingCalls['fit'] = null;

  /** A second model of the same name (loaded twice, built anew for each fold) is another owner of tasks. */
  const labelOf = (model: ModelInternals): string => {
    const given = labels.get(model);
    if (given !== undefined) {
      return given;
    }
    const count = (known.get(model.name) ?? 0) + 1;
    known.set(model.name, count);
    const label = count === 1 ? model.name : `${model.name} (${count})`;
    labels.set(model, label);
    return label;
  };

  const wrap = (name: string, wrapper: (original: AnyFunction) => AnyFunction): void => {
    const original = prototype[name];
    if (original !== undefined) {
      originals.set(name, original);
      prototype[name] = wrapper(original);
    }
  };
  const wrapCall = (
    via: TrainingCall['via'],
    plan: (args: readonly unknown[]) => Pick<TrainingCall, 'epochs' | 'stepsPerEpoch'>,
  ): void =>
    wrap(
      via,
      (original) =>
        async function (this: ModelInternals, ...args: unknown[]) {
          // A loop makes thousands of trainOnBatch calls: the first of each model says it all.
          const repeated = via === 'trainOnBatch' ? batchCalls.get(this) : undefined;
          const call = repeated ?? { via, model: labelOf(this), error: captureStack(via), ...plan(args), steps: 0 };
          openCalls.push(call);
          if (via === 'trainOnBatch') {
            batchCalls.set(this, call);
          }
          if (repeated === undefined) {
            onCall(call);
          }
          try {
            return await original.apply(this, args);
          } finally {
            openCalls.splice(openCalls.indexOf(call), 1);
          }
        },
    );
  wrapCall('fit', ([x, , args]) => planOfFit(x, args));
  wrapCall('fitDataset', ([dataset, args]) => planOfFitDataset(dataset, args));
  wrapCall('trainOnBatch', () => ({ epochs: 1, stepsPerEpoch: null }));
  wrap(
    'makeTrainFunction',
    (original) =>
      function (this: ModelInternals, ...args: unknown[]) {
        const train = original.apply(this, args) as (...data: unknown[]) => unknown;
        const label = labelOf(this);
        const call = openCalls.findLast(({ model }) => model === label) ?? null;
        return (...data: unknown[]): unknown => {
          const outer = fit;
          fit = { modelName: label, outputNames: this.outputNames, ...batchOf(this, data), call, model: this };
          try {
            return train(...data);
          } finally {
            fit = outer;
            if (call !== null) {
              call.steps++;
            }
          }
        };
      },
  );
  return {
    get fit() {
      return fit;
    },
    get open() {
      return openCalls.at(-1) ?? null;
    },
    uninstall: () => {
      for (const [name, original] of originals) {
        prototype[name] = original;
      }
    },
  };
}

/** A training function takes one list: the model's inputs, then its targets, then weights of rows where there are any. */
function batchOf({ inputs, outputNames }: ModelInternals, [tensors]: readonly unknown[]): Pick<FitContext, 'batch'> {
  const all = Array.isArray(tensors) ? (tensors as Tf.Tensor[]) : [];
  const targets = all.slice(inputs.length, inputs.length + outputNames.length);
  return targets.length === outputNames.length ? { batch: { inputs: all.slice(0, inputs.length), targets } } : {};
}

function planOfFit(x: unknown, args: unknown): Pick<TrainingCall, 'epochs' | 'stepsPerEpoch'> {
  const { epochs = 1, batchSize = 32, validationSplit = 0 } = settings(args);
  const samples = firstDimension(x);
  const trained = samples === null ? null : Math.floor(samples * (1 - validationSplit));
  return { epochs, stepsPerEpoch: trained === null ? null : Math.ceil(trained / batchSize) };
}

function planOfFitDataset(dataset: unknown, args: unknown): Pick<TrainingCall, 'epochs' | 'stepsPerEpoch'> {
  const { epochs = 1, batchesPerEpoch } = settings(args);
  const size = (dataset as { size?: number } | null)?.size;
  const known = batchesPerEpoch ?? (typeof size === 'number' && Number.isFinite(size) ? size : null);
  return { epochs, stepsPerEpoch: known };
}

function settings(
  args: unknown,
): Partial<Record<'epochs' | 'batchSize' | 'validationSplit' | 'batchesPerEpoch', number>> {
  return typeof args === 'object' && args !== null ? args : {};
}

/** Number of samples in a tensor, or in the first of several; null where `x` is something else (tfjs will say so). */
function firstDimension(x: unknown): number | null {
  if (typeof x !== 'object' || x === null) {
    return null;
  }
  if ('shape' in x && Array.isArray(x.shape)) {
    return typeof x.shape[0] === 'number' ? x.shape[0] : null;
  }
  const [first] = Object.values(x) as unknown[];
  return first === undefined ? null : firstDimension(first);
}
