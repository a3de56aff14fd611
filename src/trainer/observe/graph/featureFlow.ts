import { walkBack, type GradientMap, type WalkNode } from '../tape/backwardWalk.ts';
import { floatsOf, squaredNorm, type EngineInternals } from '../tape/engineInternals.ts';

export interface FlowAround {
  readonly nodes: readonly WalkNode[];
  /** Leaf of the task whose gradient is followed, its seed and shape. */
  readonly leaf: number;
  readonly seed: Float32Array;
  readonly leafShape: readonly number[];
  /** The prediction whose edges are left out. */
  readonly prediction: number;
  /** Variables by tensor id. */
  readonly variables: readonly { readonly name: string; readonly id: number }[];
}

/**
 * The squared norm of a task's gradient per variable when nothing flows through another task's prediction: the same tape
 * without the edges at that prediction, so no second forward pass. Call it inside a tidy.
 */
export function squaredNormsAround(engine: EngineInternals, flow: FlowAround): ReadonlyMap<string, number> {
  const seed = engine.makeTensor(Float32Array.from(flow.seed), [...flow.leafShape], 'float32');
  const gradients: GradientMap = new Map([[flow.leaf, seed]]);
  walkBack(engine, flow.nodes, gradients, {
    enter: ({ node }, map) => {
      for (const { id } of node.outputs) {
        if (id === flow.prediction) {
          map.delete(id);
        }
      }
      return node.outputs.some(({ id }) => map.has(id));
    },
  });
  const norms = new Map<string, number>();
  for (const { name, id } of flow.variables) {
    const gradient = gradients.get(id);
    norms.set(name, gradient === undefined ? 0 : squaredNorm(floatsOf(engine, gradient)));
  }
  return norms;
}
