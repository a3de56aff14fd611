import type * as Tf from '@tensorflow/tfjs';
import { captureStack } from '../tape/captureStack.ts';
import type { CompiledModel } from './testedBatches.ts';

/** A training call is about to validate a model of several outputs, whose figures tfjs gives wrong names to. */
export interface MisnamedValidation {
  /** Null: no callback watches one of the figures. */
  readonly callback: string | null;
  readonly monitor: string;
  /** By name, what each figure is. */
  readonly figures: ReadonlyMap<string, string>;
  readonly outputs: readonly string[];
  /** Captured where the callback was made; where that is not known, or there is none, at the training call. */
  readonly error: Error;
}

/** Sees where early stopping is made: its constructor assigns `monitor`, once, so an accessor of that name on the class fires there. */
export function watchMonitors(tf: typeof Tf): {
  /** @param error Captured at the training call */
  misnamed(model: CompiledModel, callbacks: unknown, error: Error): MisnamedValidation[];
  uninstall(): void;
} {
  const made = new WeakMap<object, Error>();
  const { prototype } = tf.EarlyStopping;
  Object.defineProperty(prototype, 'monitor', {
    configurable: true,
    set(this: object, value: unknown) {
      made.set(this, captureStack('callback'));
      Object.defineProperty(this, 'monitor', { value, writable: true, enumerable: true, configurable: true });
    },
  });
  return {
    misnamed: (model, given, error) => {
      // One that was not compiled makes fit throw.
      if (model.outputNames.length < 2 || !Array.isArray(model.metricsNames)) {
        return [];
      }
      const figures = trueFigures(model);
      const outputs = [...model.outputNames];
      const watching = (Array.isArray(given) ? (given as unknown[]) : [given]).flatMap(
        (callback): MisnamedValidation[] => {
          const monitor = isObject(callback) ? callback['monitor'] : undefined;
          const means = typeof monitor === 'string' ? figures.get(monitor) : undefined;
          return isObject(callback) && typeof monitor === 'string' && means !== undefined && monitor !== `val_${means}`
            ? [{ callback: nameOf(callback), monitor, figures, outputs, error: made.get(callback) ?? error }]
            : [];
        },
      );
      return watching.length > 0 ? watching : [{ callback: null, monitor: 'val_loss', figures, outputs, error }];
    },
    uninstall: () => {
      Reflect.deleteProperty(prototype, 'monitor');
    },
  };
}

/**
 * What tfjs's validation reports under each name of a model with several outputs, in the names that it has without `val_`: it pushes
 * the running sum of the losses once for each output, and then gives the names from the first on.
 */
export function trueFigures({ outputNames, metricsNames }: CompiledModel): Map<string, string> {
  const [, ...own] = metricsNames;
  const sums = outputNames.map((_, last) => own.slice(0, last + 1).join(' + '));
  const returned = [...sums, ...own];
  return new Map(metricsNames.map((name, place) => [`val_${name}`, returned[place] ?? '']));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function nameOf(callback: Record<string, unknown>): string {
  const { constructor } = callback;
  return typeof constructor === 'function' && constructor !== Object ? constructor.name : 'callback';
}
