import type { SourcePosition } from '../../../core/run/record.ts';
import type { LossShapes } from '../calls/lossShapes.ts';
import type { FactLog } from './factLog.ts';

/** Tells of heads whose losses differ in rank. A lone number fits every shape: added or not, its mean is the same. */
export function lossRanks(
  facts: FactLog,
  stepNow: () => number,
  callPosition: () => SourcePosition | null,
): (seen: LossShapes) => void {
  return ({ outputs, shapes }) => {
    const known = outputs.flatMap((task, output) => {
      const shape = shapes[output] ?? null;
      return shape === null || shape.length === 0 ? [] : [{ task, shape }];
    });
    if (new Set(known.map(({ shape }) => shape.length)).size > 1) {
      facts.tell({
        type: 'fact',
        fact: 'lossRanks',
        step: stepNow(),
        objective: null,
        task: null,
        layer: null,
        position: callPosition(),
        details: {
          tasks: known.map(({ task }) => task),
          shapes: known.map(({ shape }) => `[${shape.join(', ')}]`),
        },
      });
    }
  };
}
