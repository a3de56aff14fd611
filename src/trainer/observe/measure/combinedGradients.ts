import type * as Tf from '@tensorflow/tfjs';
import type { Depth } from '../../../core/schedule/stepSchedule.ts';
import type { TermNode } from '../graph/termStructure.ts';
import { walkBack, type GradientMap, type WalkNode } from '../tape/backwardWalk.ts';
import type { EngineInternals } from '../tape/engineInternals.ts';
import { Boundary, type BoundaryGram } from './boundary.ts';
import type { Reductions } from './reductions.ts';
import { Scratch } from './scratch.ts';

export interface Leaf {
  readonly id: number;
  readonly shape: readonly number[];
}

export interface TermWalk {
  readonly depth: Depth;
  readonly nodes: readonly TermNode[];
  readonly total: Tf.Tensor;
  readonly dy: Tf.Tensor | null;
  readonly xs: readonly Tf.Tensor[];
  /** Per x: the terms that it leads to. */
  readonly masksOfXs: readonly bigint[];
  /** Numbers of the xs whose gradient is a sum. */
  readonly summedXs: readonly number[];
  /** Per term its losses. */
  readonly leaves: readonly (readonly Leaf[])[];
}

/** The gradients of one step. */
export interface CombinedGradients {
  /** Per x, as tfjs's own backward pass gives them; undefined where nothing leads to the total. */
  readonly combined: readonly (Tf.Tensor | undefined)[];
  /** By leaf tensor: the total's derivative by the loss, i.e. its weight. Absent for leaves no variable leads to. */
  readonly seeds: ReadonlyMap<number, Float32Array>;
  /** Null at the depth of losses, or where the tasks share nothing. */
  readonly boundary: BoundaryGram | null;
  /** Every number of them is finite; true where nobody asked. */
  readonly areFinite: boolean;
  /** Gradients of single terms where they go over into what is shared, by node and input. */
  readonly crossings: ReadonlyMap<string, Tf.Tensor>;
}

/**
 * One ordinary backward walk for the update, in tfjs's own order of additions. Beside it the seeds of the losses are read, and
 * below the depth of losses what each task gives to the first tensor that it shares. Call it inside a tidy.
 * @param asksWhetherFinite Whether to look for numbers that are not. Each gradient is looked at when it has just been computed, and is
 *   still in the cache: afterwards that would take twice as long, and throw out what the update needs.
 */
export function combinedGradients(
  engine: EngineInternals,
  reductions: Reductions,
  walk: TermWalk,
  scratch = new Scratch(),
  asksWhetherFinite = false,
): CombinedGradients {
  const seeds = new Map<number, Float32Array>();
  const crossings = new Map<string, Tf.Tensor>();
  const boundary = walk.depth === 'losses' ? null : new Boundary(engine, reductions);
  let areFinite = true;
  const noteSeed = (id: number, gradients: GradientMap): void => {
    const gradient = gradients.get(id);
    if (gradient !== undefined && !seeds.has(id)) {
      const seed = scratch.take(gradient.size);
      reductions.read(gradient, seed);
      seeds.set(id, seed);
    }
  };

  const start = walk.dy ?? engine.makeTensor(new Float32Array(walk.total.size).fill(1), walk.total.shape, 'float32');
  const gradients: GradientMap = new Map([[walk.total.id, start]]);
  walkBack<TermNode>(engine, walk.nodes, gradients, {
    enter: ({ node, isLeaf }, map) => {
      if (isLeaf) {
        for (const { id } of node.outputs) {
          if (isLeafOf(walk, id)) {
            noteSeed(id, map);
          }
        }
      }
      return true;
    },
    contribute: (walkNode, inputName, gradient) => {
      if (asksWhetherFinite && walkNode.givesToXs.includes(inputName)) {
        areFinite &&= reductions.allFinite(gradient);
      }
      const crossing = boundary === null ? undefined : walkNode.crossings?.get(inputName);
      if (crossing !== undefined) {
        const copy = engine.runKernel('Identity', { x: gradient });
        crossings.set(crossingKey(walkNode, inputName), copy);
        if (crossing.atBoundary) {
          boundary?.note(walkNode.node.inputs[inputName]?.id ?? -1, crossing.term, copy);
        }
      }
    },
  });
  if (asksWhetherFinite) {
    for (const id of walk.summedXs) {
      const sum = gradients.get(id);
      areFinite &&= sum === undefined || reductions.allFinite(sum);
    }
  }
  for (const leaves of walk.leaves) {
    for (const { id } of leaves) {
      noteSeed(id, gradients);
    }
  }
  return {
    combined: walk.xs.map(({ id }) => gradients.get(id)),
    seeds,
    boundary: boundary?.gram() ?? null,
    areFinite,
    crossings,
  };
}

function isLeafOf({ leaves }: TermWalk, id: number): boolean {
  for (const term of leaves) {
    for (const leaf of term) {
      if (leaf.id === id) {
        return true;
      }
    }
  }
  return false;
}

/** A contribution to what is shared, by its node and input. */
export function crossingKey(walkNode: WalkNode, inputName: string): string {
  return `${walkNode.tapeIndex}:${inputName}`;
}
