import type * as Tf from '@tensorflow/tfjs';
import { captureStack } from '../tape/captureStack.ts';

/** Loss weights that `compile` was given; tfjs takes them and does nothing with them. */
export interface IgnoredWeights {
  /** By output. */
  readonly weights: ReadonlyMap<string, number>;
  /** Captured at the call. */
  readonly error: Error;
}

export interface CompileCalls {
  /** Whether compile made this optimizer for a name that it was given. */
  isNamed(optimizer: object): boolean;
  uninstall(): void;
}

interface CompiledModel {
  readonly outputNames?: readonly string[];
  readonly optimizer?: object;
}

type Compile = (this: CompiledModel, ...args: unknown[]) => unknown;

/** Wraps `compile`, to see which of its options tfjs ignores. */
export function installCompileCalls(tf: typeof Tf, onIgnored: (ignored: IgnoredWeights) => void): CompileCalls {
  const prototype = tf.LayersModel.prototype as unknown as Record<'compile', Compile>;
  const original = prototype.compile;
  const named = new WeakSet();
  prototype.compile = function (...args) {
    const result = original.apply(this, args);
    const { lossWeights, optimizer } = optionsOf(args[0]);
    if (typeof optimizer === 'string' && this.optimizer !== undefined) {
      named.add(this.optimizer);
    }
    const weights = weightsOf(lossWeights, this.outputNames ?? []);
    if ([...weights.values()].some((weight) => weight !== 1)) {
      onIgnored({ weights, error: captureStack('compile') });
    }
    return result;
  };
  return {
    isNamed: (optimizer) => named.has(optimizer),
    uninstall: () => {
      prototype.compile = original;
    },
  };
}

function optionsOf(args: unknown): { readonly lossWeights?: unknown; readonly optimizer?: unknown } {
  return typeof args === 'object' && args !== null ? args : {};
}

/** Keras takes a list in the order of the outputs, or an object by their names. */
function weightsOf(given: unknown, outputs: readonly string[]): Map<string, number> {
  if (typeof given !== 'object' || given === null) {
    return new Map();
  }
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(given)
    ? given.map((weight, i) => [outputs[i] ?? String(i), weight] as const)
    : Object.entries(given);
  return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}
