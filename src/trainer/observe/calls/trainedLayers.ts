import type * as Tf from '@tensorflow/tfjs';
import { captureStack } from '../tape/captureStack.ts';
import type { EngineInternals } from '../tape/engineInternals.ts';
import type { LayerUse } from '../tape/layerScope.ts';

/** A layer that ran while a loss was computed. */
export interface TrainedLayer extends LayerUse {
  /** `Dense`, `Dropout` … */
  readonly kind: string;
  readonly activation: string | null;
  /** The outermost model that ran it; null where it was applied by itself, or by fit. */
  readonly model: string | null;
  /** The seed of a dropout layer that was given one, and its rate. */
  readonly dropout: { readonly seed: number; readonly rate: number } | null;
  /** Captured where `trainable` was set to false, of the layer or of a model with it; null where it was not, or where it was made so. */
  readonly frozenAt: Error | null;
  /** Its `trainable`: of a layer that was made with `trainable: false`, the variables say something else. */
  readonly isFrozen: boolean;
}

export interface TrainedLayers {
  /** To be called for every layer that is applied. */
  readonly onRun: (layer: object, use: LayerUse, outermost: LayerUse) => void;
  /** Layers that ran on a tape for the first time since the last call. */
  takeNew(): readonly TrainedLayer[];
  /** The layer of a variable, of those that ran. */
  layerOf(variable: string): TrainedLayer | null;
  uninstall(): void;
}

interface LayerInternals {
  readonly name: string;
  readonly trainable: boolean;
  readonly weights: readonly { readonly name: string }[];
  readonly layers?: readonly object[];
  readonly activation?: unknown;
  readonly seed?: unknown;
  readonly rate?: unknown;
  getClassName(): string;
}

/** Remembers the layers that take part in training, and where the script froze them. */
export function installTrainedLayers(tf: typeof Tf, engine: EngineInternals): TrainedLayers {
  const seen = new WeakSet();
  const fresh: TrainedLayer[] = [];
  /** Some are built by their first run: their weights are asked for after it. */
  const unread: { readonly layer: LayerInternals; readonly trained: TrainedLayer }[] = [];
  const byVariable = new Map<string, { readonly of: number; readonly layer: TrainedLayer }>();
  const frozenAt = new WeakMap<object, Error>();
  const undo = [tf.layers.Layer.prototype, containerPrototype(tf)].map((prototype) =>
    watchTrainable(prototype, (layer, isFrozen) => {
      const error = isFrozen ? captureStack('trainable') : null;
      for (const each of [layer, ...((layer as Partial<LayerInternals>).layers ?? [])]) {
        // A sequential model sets it once more when it is built, at its first run: that is not where the script did.
        if (error !== null && !frozenAt.has(each)) {
          frozenAt.set(each, error);
        } else if (error === null && (each as LayerInternals).trainable) {
          frozenAt.delete(each);
        }
      }
    }),
  );

  const note = (layer: LayerInternals, use: LayerUse, outermost: LayerUse): void => {
    const trained: TrainedLayer = {
      ...use,
      kind: layer.getClassName(),
      activation: classNameOf(layer.activation),
      model: outermost === use ? null : outermost.name,
      dropout:
        layer.getClassName() === 'Dropout' && typeof layer.seed === 'number' && typeof layer.rate === 'number'
          ? { seed: layer.seed, rate: layer.rate }
          : null,
      get frozenAt() {
        return frozenAt.get(layer) ?? null;
      },
      get isFrozen() {
        return !layer.trainable;
      },
    };
    fresh.push(trained);
    unread.push({ layer, trained });
  };
  const readWeights = (): void => {
    for (const { layer, trained } of unread.splice(0)) {
      const { weights } = layer;
      for (const { name } of weights) {
        // A wrapper lists the weights of the layer in it: the smaller one is meant.
        if ((byVariable.get(name)?.of ?? Infinity) > weights.length) {
          byVariable.set(name, { of: weights.length, layer: trained });
        }
      }
    }
  };
  return {
    onRun: (layer, use, outermost) => {
      const { activeTape, gradientDepth } = engine.state;
      if (activeTape !== null && gradientDepth > 0 && !seen.has(layer)) {
        seen.add(layer);
        if (!('layers' in layer)) {
          note(layer as LayerInternals, use, outermost);
        }
      }
    },
    takeNew: () => fresh.splice(0),
    layerOf: (variable) => {
      readWeights();
      return byVariable.get(variable)?.layer ?? null;
    },
    uninstall: () => undo.forEach((restore) => restore()),
  };
}

/** Models have a `trainable` of their own, which reaches into their layers. */
function containerPrototype(tf: typeof Tf): object {
  return Object.getPrototypeOf(tf.LayersModel.prototype) as object;
}

function watchTrainable(prototype: object, onSet: (layer: object, isFrozen: boolean) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(prototype, 'trainable');
  const set =
    own === undefined ? undefined : (Reflect.get(own, 'set') as ((this: object, value: unknown) => void) | undefined);
  if (own === undefined || set === undefined) {
    return () => undefined;
  }
  Object.defineProperty(prototype, 'trainable', {
    ...own,
    set(this: object, value: unknown) {
      set.call(this, value);
      onSet(this, value === false);
    },
  });
  return () => {
    Object.defineProperty(prototype, 'trainable', own);
  };
}

function classNameOf(activation: unknown): string | null {
  const named = activation as { getClassName?: (this: object) => string } | null | undefined;
  return typeof named?.getClassName === 'function' ? named.getClassName() : null;
}
