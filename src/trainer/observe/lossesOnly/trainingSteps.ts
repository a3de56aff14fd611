import type * as Tf from '@tensorflow/tfjs';
import { isVariable } from '../tape/engineInternals.ts';

export interface StepListener {
  /** `f` is about to be differentiated by these variables. */
  before(f: () => Tf.Tensor, xs: readonly Tf.Tensor[]): void;
  /** It was. */
  after(total: Tf.Tensor): void;
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Tells of every training step and changes none: tfjs's own function is called with what it was given. Where the engine has no
 * `gradients`, only what optimizers differentiate is seen.
 * @returns a function that puts tfjs back as it was
 */
export function installTrainingSteps(tf: typeof Tf, listener: StepListener): () => void {
  let running = false;
  const watched = (original: AnyFunction): AnyFunction =>
    function (this: unknown, ...args) {
      const [f, listed] = args;
      const xs = Array.isArray(listed) ? (listed as Tf.Tensor[]) : null;
      // A gradient inside another is part of that one's step; one by no variable trains nothing.
      if (running || typeof f !== 'function' || xs?.some(isVariable) === false) {
        return original.apply(this, args);
      }
      listener.before(f as () => Tf.Tensor, xs ?? []);
      running = true;
      let result: unknown;
      try {
        result = original.apply(this, args);
      } finally {
        running = false;
      }
      const { value } = result as { readonly value: Tf.Tensor };
      listener.after(value);
      return result;
    };
  const engine: object = tf.engine();
  return typeof Reflect.get(engine, 'gradients') === 'function'
    ? replaceMethod(engine, 'gradients', watched)
    : replaceMethod(tf.Optimizer.prototype, 'computeGradients', watched);
}

/** Replaces a method, the owner's own or an inherited one; the returned function puts back what was there. */
export function replaceMethod(
  owner: object,
  name: string,
  replace: (original: AnyFunction) => AnyFunction,
): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== 'function') {
    return () => undefined;
  }
  Reflect.set(owner, name, replace(original as AnyFunction));
  return () => {
    if (own === undefined) {
      Reflect.deleteProperty(owner, name);
    } else {
      Object.defineProperty(owner, name, own);
    }
  };
}
