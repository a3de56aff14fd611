import type { RecordLine, StepLine } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import { floatsOf, type EngineInternals } from '../tape/engineInternals.ts';

/**
 * An observed step whose update has not been made yet. In a loop of one's own the update comes later, possibly by several
 * optimizers; the line is written when every variable has moved, or when the next step begins.
 */
export interface PendingStep {
  /** Before an optimizer moves these variables. */
  before(names: readonly string[]): void;
  /** After it did. True when all variables of the step have moved. */
  after(names: readonly string[]): boolean;
  /** The finished line. */
  line(): RecordLine;
}

export function pendingStep(
  engine: EngineInternals,
  line: StepLine,
  variables: readonly string[],
  groupOf: (variable: string) => string | undefined,
): PendingStep {
  const waiting = new Set(variables);
  const weights = new Map<string, Float32Array>();
  const moved = new Map<string, { change: number; size: number }>();
  const read = (name: string): Float32Array | null => {
    const variable = engine.state.registeredVariables[name];
    return variable === undefined ? null : floatsOf(engine, variable);
  };
  return {
    before(names) {
      for (const name of names) {
        const values = waiting.has(name) ? read(name) : null;
        if (values !== null) {
          weights.set(name, values);
        }
      }
    },
    after(names) {
      for (const name of names) {
        const [before, after, group] = [weights.get(name), read(name), groupOf(name)];
        if (before === undefined || after === null || group === undefined) {
          continue;
        }
        waiting.delete(name);
        weights.delete(name);
        const sums = moved.get(group) ?? { change: 0, size: 0 };
        for (let k = 0; k < before.length; k++) {
          const weight = before[k] ?? 0;
          sums.change += ((after[k] ?? 0) - weight) ** 2;
          sums.size += weight * weight;
        }
        moved.set(group, sums);
      }
      return waiting.size === 0;
    },
    line: () => ({
      ...line,
      groups: Object.fromEntries(
        Object.entries(line.groups).map(([group, measure]) => {
          const sums = moved.get(group);
          const updateRatio =
            sums === undefined || sums.size === 0 ? null : toRecorded(Math.sqrt(sums.change / sums.size));
          return [group, { ...measure, updateRatio }];
        }),
      ),
    }),
  };
}
