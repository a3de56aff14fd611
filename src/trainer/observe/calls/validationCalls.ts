import type * as Tf from '@tensorflow/tfjs';
import { captureStack } from '../tape/captureStack.ts';
import { watchMonitors, type MisnamedValidation } from './monitors.ts';
import { TestedBatches, type CompiledModel, type OutputFigures } from './testedBatches.ts';
import { TestedLabels, type TestedModel } from './testedLabels.ts';

export interface ValidationListener {
  /** After an epoch of fit or fitDataset, counted from 1 within the call. */
  validated(epoch: number, figures: OutputFigures): void;
  /** At the first validation of a call. */
  labels(labels: ReturnType<TestedLabels['figures']>): void;
  misnamed(validation: MisnamedValidation): void;
}

interface Model extends CompiledModel, TestedModel {
  testFunction?: (data: readonly Tf.Tensor[]) => Tf.Tensor[];
}

/** A call of fit or fitDataset that validates. */
interface ValidatingCall {
  readonly model: Model;
  readonly isFit: boolean;
  /** What fitDataset hands to evaluate or evaluateDataset. */
  readonly data: unknown;
  epochs: number;
}

type AnyFunction = (this: Model, ...args: unknown[]) => unknown;

/**
 * Reads what the validation of fit and fitDataset computes for each output by itself, and sees which callbacks watch a figure of it.
 * What a script evaluates by its own call, in a callback or between calls, is no validation.
 */
export function installValidationCalls(tf: typeof Tf, listener: ValidationListener): { uninstall(): void } {
  const prototype = tf.LayersModel.prototype as unknown as Record<string, AnyFunction>;
  const originals = new Map<string, AnyFunction>();
  const monitors = watchMonitors(tf);
  const openCalls: ValidatingCall[] = [];
  /** The validation that runs right now, and calls of evaluate that are no validation. */
  let tested: {
    readonly model: Model;
    readonly batches: TestedBatches;
    readonly labels: TestedLabels | null;
  } | null = null;
  let ownEvaluation = 0;

  const wrap = (name: string, wrapper: (original: AnyFunction) => AnyFunction): void => {
    const original = prototype[name];
    if (original !== undefined) {
      originals.set(name, original);
      prototype[name] = wrapper(original);
    }
  };
  const callOf = (model: Model): ValidatingCall | undefined => openCalls.findLast((call) => call.model === model);
  /** Begins to read a validation; what is returned ends it. */
  const begin = (call: ValidatingCall): (() => void) => {
    const batches = new TestedBatches(call.model);
    // The data of a call stays the same.
    const labels = call.epochs === 0 ? new TestedLabels(call.model) : null;
    tested = { model: call.model, batches, labels };
    return () => {
      tested = null;
      call.epochs++;
      const figures = batches.means();
      if (figures !== null) {
        listener.validated(call.epochs, figures);
        listener.labels(labels?.figures() ?? []);
      }
    };
  };

  const wrapCall = (name: 'fit' | 'fitDataset', argsAt: number): void =>
    wrap(
      name,
      (original) =>
        async function (this: Model, ...args: unknown[]) {
          const options = optionsOf(args[argsAt]);
          const isFit = name === 'fit';
          if (!validates(options, isFit)) {
            return original.apply(this, args);
          }
          const call = { model: this, isFit, data: options.validationData, epochs: 0 };
          openCalls.push(call);
          const misnamed = monitors.misnamed(this, options.callbacks, captureStack(name));
          misnamed.forEach((each) => listener.misnamed(each));
          try {
            return await original.apply(this, args);
          } finally {
            openCalls.splice(openCalls.indexOf(call), 1);
          }
        },
    );
  wrapCall('fit', 2);
  wrapCall('fitDataset', 1);
  wrap(
    'makeTestFunction',
    (original) =>
      function (this: Model, ...args: unknown[]) {
        const result = original.apply(this, args);
        const test = this.testFunction;
        if (test !== undefined) {
          this.testFunction = (data) => {
            const values = test(data);
            if (tested?.model === this) {
              tested.batches.add(values, data[0]?.shape[0] ?? 0);
              tested.labels?.add(data);
            }
            return values;
          };
        }
        return result;
      },
  );
  wrap(
    'testLoop',
    (original) =>
      function (this: Model, ...args: unknown[]) {
        const call = callOf(this);
        // Fit calls it itself; anybody else comes through evaluate.
        if (call?.isFit !== true || ownEvaluation > 0) {
          return original.apply(this, args);
        }
        const end = begin(call);
        const result = original.apply(this, args);
        end();
        return result;
      },
  );
  wrap(
    'evaluate',
    (original) =>
      function (this: Model, ...args: unknown[]) {
        const call = callOf(this);
        if (call?.isFit === false && Array.isArray(call.data) && call.data[0] === args[0]) {
          const end = begin(call);
          const result = original.apply(this, args);
          end();
          return result;
        }
        ownEvaluation++;
        try {
          return original.apply(this, args);
        } finally {
          ownEvaluation--;
        }
      },
  );
  wrap(
    'evaluateDataset',
    (original) =>
      async function (this: Model, ...args: unknown[]) {
        const call = callOf(this);
        if (call?.isFit !== false || call.data !== args[0]) {
          return original.apply(this, args);
        }
        const end = begin(call);
        const result = await original.apply(this, args);
        end();
        return result;
      },
  );
  return {
    uninstall: () => {
      monitors.uninstall();
      for (const [name, original] of originals) {
        prototype[name] = original;
      }
    },
  };
}

interface FitOptions {
  readonly callbacks?: unknown;
  readonly validationData?: unknown;
  readonly validationSplit?: unknown;
}

function optionsOf(args: unknown): FitOptions {
  return typeof args === 'object' && args !== null ? args : {};
}

function validates({ validationData, validationSplit }: FitOptions, isFit: boolean): boolean {
  if (!isFit) {
    return validationData != null;
  }
  const hasData = Array.isArray(validationData) && validationData.length > 0;
  return hasData || (typeof validationSplit === 'number' && validationSplit > 0 && validationSplit < 1);
}
