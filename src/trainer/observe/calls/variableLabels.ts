import type * as Tf from '@tensorflow/tfjs';
import type { EngineInternals } from '../tape/engineInternals.ts';
import type { FrameReader } from '../graph/positions.ts';
import type { SourceNames } from '../graph/sourceNames.ts';
import { watchFrozenVariables } from './frozenVariables.ts';
import { captureStack } from '../tape/captureStack.ts';

export interface VariableLabels {
  /** The name a variable is shown under: its own, or for tfjs's numbered ones the name the script keeps it under. */
  labelOf(variable: string): string;
  /** Captured where a variable without a name was made. */
  madeAt(variable: string): Error | null;
  /** True where nothing was ever assigned to it: it has the values that it was made with. */
  isUntouched(variable: Tf.Variable): boolean;
  /** Captured where its `trainable` was set to false; null where it was made so. */
  frozenAt(variable: Tf.Variable): Error | null;
  uninstall(): void;
}

/** Remembers where variables without a name were made, so that `const trunk = tf.variable(...)` is shown as `trunk`. */
export function installVariableLabels(
  tf: typeof Tf,
  engine: EngineInternals,
  reader: FrameReader,
  names: SourceNames,
): VariableLabels {
  const made = new Map<string, Error>();
  const labels = new Map<string, string>();
  const frozen = watchFrozenVariables(tf, engine);
  /** An assignment gives a variable other data. */
  const firstData = new WeakMap<Tf.Variable, object>();
  const own = Object.getOwnPropertyDescriptor(engine, 'makeVariable');
  const original = engine.makeVariable.bind(engine);
  engine.makeVariable = (initialValue, trainable, name, dtype) => {
    const variable = original(initialValue, trainable, name, dtype);
    firstData.set(variable, variable.dataId);
    if (name === undefined && trainable !== false) {
      made.set(variable.name, captureStack('variable'));
    }
    return variable;
  };
  const chooseLabel = (variable: string, error: Error): string => {
    const [position] = reader.framesOf(error);
    if (position === undefined) {
      return variable;
    }
    const base = names.nameAt(position) ?? `variable at ${position.file}:${position.line}`;
    const taken = new Set(labels.values());
    let label = base;
    for (let count = 2; taken.has(label); count++) {
      label = `${base} ${count}`;
    }
    return label;
  };
  return {
    labelOf: (variable) => {
      const error = made.get(variable);
      const label = labels.get(variable) ?? (error === undefined ? variable : chooseLabel(variable, error));
      labels.set(variable, label);
      return label;
    },
    madeAt: (variable) => made.get(variable) ?? null,
    isUntouched: (variable) => firstData.get(variable) === variable.dataId,
    frozenAt: (variable) => frozen.frozenAt(variable),
    uninstall: () => {
      frozen.uninstall();
      if (own === undefined) {
        Reflect.deleteProperty(engine, 'makeVariable');
      } else {
        Object.defineProperty(engine, 'makeVariable', own);
      }
    },
  };
}
