import type { EventLine, FactLine, SourcePosition } from '../../../core/run/record.ts';
import { captureStack } from '../tape/captureStack.ts';
import { classNameOf } from './optimizerCalls.ts';
import type { FrameReader } from '../graph/positions.ts';

export interface OptimizerStateWatch {
  /** Before an optimizer moves these variables, in the order it is given them. */
  before(names: readonly string[], optimizer: object, step: number): void;
}

/** Optimizers that keep nothing per variable. */
const stateless = new Set(['SGD']);

/**
 * Notices when an optimizer is about to apply one variable's moments to another. tfjs keeps them by position in the list of
 * variables: two losses that share an optimizer, each with a list of its own, or a trunk that is frozen before the model
 * is compiled again with the same optimizer, mix them. Where shapes differ tfjs throws and names nothing; where they agree
 * it says nothing at all.
 * @param callPosition Where the training call under way stands: an update within fit has no line of the script above it
 */
export function watchOptimizerState(
  reader: FrameReader,
  labelOf: (variable: string) => string,
  tell: (event: EventLine) => void,
  tellFact: (fact: FactLine) => void,
  callPosition: () => SourcePosition | null,
): OptimizerStateWatch {
  const ownerBySlot = new WeakMap<object, string[]>();
  const told = new WeakSet();
  /** Of the last update: the next one mostly brings the very same list. */
  let last: { readonly names: readonly string[]; readonly optimizer: object } | null = null;
  return {
    before(names, optimizer, step) {
      if (last?.names === names && last.optimizer === optimizer) {
        return;
      }
      last = { names, optimizer };
      const className = classNameOf(optimizer);
      const owners = ownerBySlot.get(optimizer) ?? [];
      ownerBySlot.set(optimizer, owners);
      for (const [slot, name] of names.entries()) {
        const owner = owners[slot];
        owners[slot] ??= name;
        if (owner === undefined || owner === name || told.has(optimizer) || stateless.has(className)) {
          continue;
        }
        told.add(optimizer);
        const position = reader.framesOf(captureStack('update'))[0] ?? callPosition();
        const details = { optimizer: className, owner: labelOf(owner), variable: labelOf(name), slot };
        const about = { step, objective: null, task: null, layer: null, position };
        tellFact({ type: 'fact', fact: 'mixedMoments', ...about, details });
        tell({
          type: 'event',
          kind: 'optimizerState',
          step,
          task: null,
          position,
          message:
            `${className} applies the moments of ${labelOf(owner)} to ${labelOf(name)}: tfjs keeps them by position in ` +
            `the list of variables (here ${slot}), and this list differs from an earlier one. Give each loss an optimizer of ` +
            'its own, or make a new one when layers are frozen and the model is compiled again.',
        });
      }
    },
  };
}
