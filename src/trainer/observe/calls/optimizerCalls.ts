import type * as Tf from '@tensorflow/tfjs';

/** Where a variable's moments lie: tfjs's optimizers keep them by position in the list they are given. */
export interface OptimizerSlot {
  readonly optimizer: object;
  readonly className: string;
  readonly slot: number;
}

/** An optimizer's `minimize` that is running. */
export interface MinimizeCall {
  readonly optimizer: object;
  readonly className: string;
  /** Names in the list that the script gave, or null for tfjs's default: all trainable variables. */
  readonly listed: readonly string[] | null;
}

export interface OptimizerCalls {
  readonly minimize: MinimizeCall | null;
  /** Where each variable's moments lay when it was last updated. */
  readonly slots: ReadonlyMap<string, OptimizerSlot>;
  uninstall(): void;
}

export interface ApplyListener {
  /** Before the optimizer moves these variables. @param names The list of the last update, where that was of the same */
  before(names: readonly string[], optimizer: object): void;
  after(names: readonly string[]): void;
}

type AnyFunction = (this: object, ...args: unknown[]) => unknown;

/** Wraps `minimize`, and `applyGradients` of tfjs's optimizers and of any other that is seen to minimize. */
export function installOptimizerCalls(tf: typeof Tf, listener: ApplyListener): OptimizerCalls {
  const slots = new Map<string, OptimizerSlot>();
  const undo: (() => void)[] = [];
  const wrapped = new Set<object>();
  let minimize: MinimizeCall | null = null;
  /** The last update: mostly the next one is of the same variables. */
  let last: { readonly optimizer: object; readonly names: readonly string[] } | null = null;
  let lastClass: { readonly optimizer: object; readonly name: string } | null = null;
  const knownClass = (optimizer: object): string => {
    if (lastClass?.optimizer !== optimizer) {
      lastClass = { optimizer, name: classNameOf(optimizer) };
    }
    return lastClass.name;
  };

  const wrapApply = (prototype: object): void => {
    if (wrapped.has(prototype) || !Object.hasOwn(prototype, 'applyGradients')) {
      return;
    }
    wrapped.add(prototype);
    const methods = prototype as Record<string, AnyFunction>;
    const original = methods['applyGradients'];
    if (original === undefined) {
      return;
    }
    let depth = 0;
    methods['applyGradients'] = function (this: object, ...args: unknown[]): unknown {
      if (depth > 0) {
        return original.apply(this, args);
      }
      const given = namesIn(args[0]);
      const isRepeated = last?.optimizer === this && sameList(last.names, given);
      // The same list for the same variables: whoever has seen it need not look again.
      const names = isRepeated ? (last?.names ?? given) : given;
      depth++;
      try {
        listener.before(names, this);
        const result = original.apply(this, args);
        if (!isRepeated) {
          last = { optimizer: this, names };
          const className = classNameOf(this);
          for (const [slot, name] of names.entries()) {
            slots.set(name, { optimizer: this, className, slot });
          }
        }
        listener.after(names);
        return result;
      } finally {
        depth--;
      }
    };
    undo.push(() => (methods['applyGradients'] = original));
  };

  for (const name of ['SGD', 'Momentum', 'RMSProp', 'Adam', 'Adamax', 'Adagrad', 'Adadelta']) {
    const optimizerClass: unknown = Reflect.get(tf, `${name}Optimizer`);
    if (typeof optimizerClass === 'function') {
      wrapApply(optimizerClass.prototype as object);
    }
  }
  const base = tf.Optimizer.prototype as unknown as Record<string, AnyFunction>;
  const originalMinimize = base['minimize'];
  if (originalMinimize !== undefined) {
    base['minimize'] = function (this: object, ...args: unknown[]): unknown {
      for (let level: object | null = Object.getPrototypeOf(this) as object; level !== null;) {
        wrapApply(level);
        level = Object.getPrototypeOf(level) as object | null;
      }
      const outer = minimize;
      const list = args[2];
      const listed = Array.isArray(list) ? (list as Tf.Variable[]).map(({ name }) => name) : null;
      minimize = { optimizer: this, className: knownClass(this), listed };
      try {
        return originalMinimize.apply(this, args);
      } finally {
        minimize = outer;
      }
    };
    undo.push(() => (base['minimize'] = originalMinimize));
  }
  return {
    get minimize() {
      return minimize;
    },
    slots,
    uninstall: () => undo.forEach((restore) => restore()),
  };
}

export function classNameOf(optimizer: object): string {
  const { className, name } = optimizer.constructor as { className?: unknown; name: string };
  return typeof className === 'string' ? className : name;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

/** tfjs takes `{ name: gradient }` or `[{ name, tensor }]`. */
function namesIn(gradients: unknown): string[] {
  if (Array.isArray(gradients)) {
    return (gradients as { name: string }[]).map(({ name }) => name);
  }
  return typeof gradients === 'object' && gradients !== null ? Object.keys(gradients) : [];
}
