import type * as Tf from '@tensorflow/tfjs';
import { predictionOf } from '../../../core/graph/lossGraph.ts';
import type { TermNode } from '../graph/termStructure.ts';
import { walkBack, type GradientMap } from '../tape/backwardWalk.ts';
import { isVariable, type EngineInternals } from '../tape/engineInternals.ts';
import type { LossPlaces, TracedTape } from '../tape/observedForward.ts';
import { placesOf, tensorAt, type TensorPlace } from '../tape/tapeFingerprint.ts';
import type { TermWalk } from './combinedGradients.ts';
import type { Rows } from './termGradients.ts';

export interface PredictionWalk {
  /** By loss: the total's derivative by it. */
  readonly seeds: ReadonlyMap<number, Float32Array>;
  /** The variables whose gradients are wanted. */
  readonly targets: readonly number[];
  readonly prediction: Tf.Tensor | null;
  /** What of the prediction's gradient is walked on. */
  only(gradient: Tf.Tensor): Tf.Tensor;
  /** Called with the complete gradient of every tensor from the prediction down, and whose it is. */
  entered?(gradient: Tf.Tensor, of: number): void;
}

/** One term's gradients of what it shares, by way of a part of its prediction alone; none where the walk does not come to it. */
export function walkFromPrediction(
  engine: EngineInternals,
  { nodes, leaves }: Pick<TermWalk, 'nodes' | 'leaves'>,
  term: number,
  own: PredictionWalk,
): Rows {
  const { seeds, targets, prediction } = own;
  const bit = 1n << BigInt(term);
  let passed = false;
  const rows = engine.tidy(() => {
    const gradients: GradientMap = new Map();
    for (const { id, shape } of leaves[term] ?? []) {
      const seed = seeds.get(id);
      if (seed !== undefined) {
        gradients.set(id, engine.makeTensor(Float32Array.from(seed), [...shape], 'float32'));
      }
    }
    walkBack<TermNode>(engine, nodes, gradients, {
      enter: ({ mask, node }, map) => {
        const reached = (mask & bit) === 0n ? [] : node.outputs.filter(({ id }) => map.has(id));
        for (const { id } of reached) {
          const gradient = map.get(id);
          if (id === prediction?.id && gradient !== undefined) {
            map.set(id, own.only(gradient));
            passed = true;
          }
        }
        if (passed) {
          reached.forEach(({ id }) => {
            const gradient = map.get(id);
            if (gradient !== undefined) {
              own.entered?.(gradient, id);
            }
          });
        }
        return reached.length > 0;
      },
    });
    // A tidy keeps what it finds in arrays, and looks into no map.
    return targets.flatMap((id): [number, Tf.Tensor][] => {
      const gradient = gradients.get(id);
      return gradient === undefined || !passed ? [] : [[id, gradient]];
    });
  });
  return new Map(rows);
}

/** Samples of a batch, by the rows of each task's prediction; 0 where a task has none, or their numbers do not go together. */
export function rowsOfPredictions(predictions: readonly (Tf.Tensor | null)[]): number {
  const rows = predictions.map((prediction) => prediction?.shape[0] ?? 0);
  const fewest = Math.min(...rows);
  return fewest > 0 && rows.every((each) => each % fewest === 0) ? fewest : 0;
}

/** Of the tensors that a walk passes, those that are made of more than variables and lone numbers. */
export function tensorsWithData(nodes: readonly TermNode[]): ReadonlySet<number> {
  const made = new Set<number>();
  const withData = new Set<number>();
  for (const { node } of nodes) {
    const has = Object.values(node.inputs).some(
      (input) => withData.has(input.id) || (!made.has(input.id) && !isVariable(input) && input.size > 1),
    );
    for (const { id } of node.outputs) {
      made.add(id);
      if (has) {
        withData.add(id);
      }
    }
  }
  return withData;
}

/** Where each task's prediction stands on the tapes of a graph; null where it has none before its loss. */
export function predictionPlaces(traced: TracedTape, { tasks }: LossPlaces): readonly (TensorPlace | null)[] {
  const { slotted, tape, total } = traced;
  const places = placesOf(tape, total);
  return tasks.map((place) => {
    const loss = slotted.slotOf.get(tensorAt(place, tape, total)?.id ?? -1);
    const prediction =
      loss === undefined
        ? null
        : predictionOf({ nodes: slotted.nodes, variables: slotted.variables, losses: [] }, loss);
    return prediction === null || prediction === loss
      ? null
      : (places.get(slotted.tensors[prediction]?.id ?? -1) ?? null);
  });
}
