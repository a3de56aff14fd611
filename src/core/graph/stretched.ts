import type { LossInputs, LossSide } from './lossInputs.ts';
import type { ShapedTape } from './stages.ts';

/** A side of a loss that is stretched, and stretches what is made of the prediction. */
export interface Stretched extends LossSide {
  readonly prediction: readonly number[];
  readonly side: readonly number[];
  readonly result: readonly number[];
}

/** Operations that take two tensors number by number, and stretch them to fit. */
const elementwise = new Set([
  'Add',
  'AddV2',
  'Sub',
  'Multiply',
  'RealDiv',
  'SquaredDifference',
  'Maximum',
  'Minimum',
  'Pow',
  'FloorDiv',
  'Mod',
  'Atan2',
]);

/**
 * Where a loss takes as many numbers as the prediction has, in another rank: `[B]` against `[B,1]` is compared each with each, and
 * gives `[B,B]`. Shapes that are stretched on purpose (one weight per row, a quantile per column) have another number of them.
 */
export function stretchedSides(tape: ShapedTape, { sides }: LossInputs): Stretched[] {
  return sides.flatMap((each) => {
    const { kernel, outputs } = tape.nodes[each.node] ?? { kernel: '', outputs: [] };
    const [output] = outputs;
    const size = tape.sizeOf(each.tensor);
    if (output === undefined || !elementwise.has(kernel) || size < 2 || tape.sizeOf(each.meets) !== size) {
      return [];
    }
    const [prediction, side, result] = [each.meets, each.tensor, output].map((tensor) => tape.shapeOf(tensor));
    return prediction === undefined || side === undefined || result === undefined
      ? []
      : prediction.length === side.length || tape.sizeOf(output) <= size
        ? []
        : [{ ...each, prediction, side, result }];
  });
}
