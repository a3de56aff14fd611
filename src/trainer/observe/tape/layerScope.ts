import type * as Tf from '@tensorflow/tfjs';
import { captureStack } from './captureStack.ts';

/** A layer at work: its name, and where the script made it. */
export interface LayerUse {
  readonly name: string;
  /** Captured in the layer's constructor; null for layers made before observation began. */
  readonly made: Error | null;
}

export interface LayerScope {
  /** The innermost layer whose `apply` is running. */
  readonly current: LayerUse | null;
  uninstall(): void;
}

interface LayerInternals {
  readonly name: string;
}

/**
 * Tells which layer runs, by wrapping `Layer.apply`, and where each layer was made: tfjs assigns `_callHook` once in the
 * base constructor, so an accessor of that name on the prototype fires there.
 * @param onRun Called for every layer that is applied, before it runs; with the outermost layer or model around it.
 */
export function installLayerScope(
  tf: typeof Tf,
  onRun: (layer: object, use: LayerUse, outermost: LayerUse) => void = () => undefined,
): LayerScope {
  const prototype = tf.layers.Layer.prototype as unknown as Record<string, unknown>;
  const made = new WeakMap<object, Error>();
  const uses = new WeakMap<object, LayerUse>();
  const useOf = (layer: LayerInternals): LayerUse => {
    const use = uses.get(layer) ?? { name: layer.name, made: made.get(layer) ?? null };
    uses.set(layer, use);
    return use;
  };
  const running: LayerUse[] = [];
  const apply = prototype['apply'] as (this: LayerInternals, ...args: unknown[]) => unknown;

  prototype['apply'] = function (this: LayerInternals, ...args: unknown[]): unknown {
    const use = useOf(this);
    running.push(use);
    try {
      onRun(this, use, running[0] ?? use);
      return apply.apply(this, args);
    } finally {
      running.pop();
    }
  };
  Object.defineProperty(prototype, '_callHook', {
    configurable: true,
    set(this: object, value: unknown) {
      made.set(this, captureStack('layer'));
      Object.defineProperty(this, '_callHook', { value, writable: true, enumerable: true, configurable: true });
    },
  });
  return {
    get current() {
      return running.at(-1) ?? null;
    },
    uninstall: () => {
      prototype['apply'] = apply;
      Reflect.deleteProperty(prototype, '_callHook');
    },
  };
}
