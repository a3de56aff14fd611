import type * as Tf from '@tensorflow/tfjs';
import type { RecordLine, StepLine } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import { holdData, type EngineInternals } from '../tape/engineInternals.ts';
import type { Reductions } from './reductions.ts';

/**
 * An observed step whose update has not been made yet. In a loop of one's own the update comes later, possibly by several
 * optimizers; the line is written when every variable has moved, or when the next step begins.
 */
export interface PendingStep {
  /** Before an optimizer moves these variables. */
  before(names: readonly string[]): void;
  /** After it did. True when all variables of the step have moved. */
  after(names: readonly string[]): boolean;
  /** Lets go of the weights that no update has moved. */
  dispose(): void;
  /** The finished line. */
  line(): RecordLine;
}

export function pendingStep(
  engine: EngineInternals,
  reductions: Reductions,
  line: StepLine,
  variables: readonly string[],
  groupOf: (variable: string) => string | undefined,
): PendingStep {
  const waiting = new Set(variables);
  const weights = new Map<string, Tf.Tensor>();
  const moved = new Map<string, { change: number; size: number }>();
  const find = (name: string): Tf.Variable | undefined => engine.state.registeredVariables[name];
  return {
    before(names) {
      for (const name of names) {
        const variable = waiting.has(name) && !weights.has(name) ? find(name) : undefined;
        if (variable !== undefined) {
          // An update gives the variable other numbers, and leaves these as they are.
          weights.set(name, holdData(engine, variable));
        }
      }
    },
    after(names) {
      for (const name of names) {
        const [before, after, group] = [weights.get(name), find(name), groupOf(name)];
        if (before === undefined) {
          continue;
        }
        weights.delete(name);
        if (after !== undefined && group !== undefined) {
          waiting.delete(name);
          const { moved: change, size } = reductions.change(before, after);
          const sums = moved.get(group) ?? { change: 0, size: 0 };
          moved.set(group, { change: sums.change + change, size: sums.size + size });
        }
        before.dispose();
      }
      return waiting.size === 0;
    },
    dispose() {
      weights.forEach((tensor) => tensor.dispose());
      weights.clear();
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
