import type * as Tf from '@tensorflow/tfjs';
import type { TermNode } from '../../graph/termStructure.ts';
import { walkBack, type GradientMap } from '../../tape/backwardWalk.ts';
import { floatsOf, type EngineInternals } from '../../tape/engineInternals.ts';

export interface Taught {
  readonly rows: number;
  /** Rows whose prediction gets any gradient. */
  readonly taught: number;
  /** What the loss's terms count together, as if every row had one: 1 for a mean over all rows. Null: not known. */
  readonly weight: number | null;
}

export interface TaughtWalk {
  /** The operations between prediction and loss. */
  readonly nodes: readonly TermNode[];
  readonly loss: { readonly id: number; readonly shape: readonly number[] };
  readonly prediction: Tf.Tensor;
  /** The operation, by its place on the tape, that adds the rows up. */
  readonly reduction: number | null;
}

/** Which rows of a batch a task's loss teaches: one more walk from the loss to the prediction. Null where none leads there. */
export function taughtRows(engine: EngineInternals, { nodes, loss, prediction, reduction }: TaughtWalk): Taught | null {
  return engine.tidy(() => {
    const size = loss.shape.reduce((product, length) => product * length, 1);
    const seed = engine.makeTensor(new Float32Array(size).fill(1 / size), [...loss.shape], 'float32');
    const gradients: GradientMap = new Map([[loss.id, seed]]);
    const [rows = 1] = prediction.shape as readonly number[];
    let weight: number | null = reduction === null ? weightOf(floatsOf(engine, seed), loss.shape, rows) : null;
    walkBack<TermNode>(engine, nodes, gradients, {
      enter: ({ node }, map) => node.outputs.some(({ id }) => map.has(id)),
      contribute: ({ tapeIndex, node }, inputName, gradient) => {
        if (tapeIndex === reduction) {
          weight = weightOf(floatsOf(engine, gradient), node.inputs[inputName]?.shape ?? [], rows);
        }
      },
    });
    const gradient = gradients.get(prediction.id);
    return gradient === undefined ? null : { rows, taught: rowsAboveZero(floatsOf(engine, gradient), rows), weight };
  });
}

/** A loss that picks rows first has fewer terms than rows. */
function weightOf(gradient: Float32Array, shape: readonly number[], rows: number): number {
  const sum = gradient.reduce((total, value) => total + value, 0);
  const terms = shape[0] ?? rows;
  return terms > 0 && terms < rows ? (sum * rows) / terms : sum;
}

function rowsAboveZero(gradient: Float32Array, rows: number): number {
  const columns = gradient.length / rows;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      if (gradient[at] !== 0) {
        count++;
        break;
      }
    }
  }
  return count;
}
