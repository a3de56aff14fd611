import type * as Tf from '@tensorflow/tfjs';
import { isSingle, termsIn } from '../../../core/graph/termMasks.ts';
import type { Depth } from '../../../core/schedule/stepSchedule.ts';
import type { TermNode } from '../graph/termStructure.ts';
import { accumulate, walkBack, type GradientMap, type WalkNode } from '../tape/backwardWalk.ts';
import type { EngineInternals } from '../tape/engineInternals.ts';
import { Boundary, squaredAtBoundary, type BoundaryGram } from './boundary.ts';
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
  /** Gradients of single terms where they go over into what is shared, by node and input. */
  readonly crossings: ReadonlyMap<string, Tf.Tensor>;
}

/** The gradients of one step, told apart by loss term. */
export interface TermGradients extends CombinedGradients {
  /** Per x: the terms that reach it and their weighted gradients. */
  readonly perTerm: readonly { readonly terms: readonly number[]; readonly gradients: readonly Tf.Tensor[] }[];
  /** The term whose gradients were got by subtraction, or null. */
  readonly subtracted: number | null;
}

/**
 * One ordinary backward walk for the update, in tfjs's own order of additions. Beside it the seeds of the losses are read, and
 * below the depth of losses what each task gives to the first tensor that it shares. Call it inside a tidy.
 */
export function combinedGradients(
  engine: EngineInternals,
  reductions: Reductions,
  walk: TermWalk,
  scratch = new Scratch(),
): CombinedGradients {
  const leafIds = new Set(walk.leaves.flat().map(({ id }) => id));
  const seeds = new Map<number, Float32Array>();
  const crossings = new Map<string, Tf.Tensor>();
  const boundary = walk.depth === 'losses' ? null : new Boundary(engine, reductions);
  const noteSeed = (id: number, gradients: GradientMap): void => {
    const gradient = leafIds.has(id) && !seeds.has(id) ? gradients.get(id) : undefined;
    if (gradient !== undefined) {
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
        node.outputs.forEach(({ id }) => noteSeed(id, map));
      }
      return true;
    },
    ...(boundary !== null && {
      contribute: (walkNode: TermNode, inputName: string, gradient: Tf.Tensor) => {
        const crossing = walkNode.crossings?.get(inputName);
        if (crossing !== undefined) {
          const copy = engine.runKernel('Identity', { x: gradient });
          crossings.set(crossingKey(walkNode, inputName), copy);
          if (crossing.atBoundary) {
            boundary.note(walkNode.node.inputs[inputName]?.id ?? -1, crossing.term, copy);
          }
        }
      },
    }),
  });
  leafIds.forEach((id) => noteSeed(id, gradients));
  return {
    combined: walk.xs.map(({ id }) => gradients.get(id)),
    seeds,
    boundary: boundary?.gram() ?? null,
    crossings,
  };
}

/**
 * The gradients of every term: beside the ordinary walk, one walk per term through what several terms share. A node that only
 * one term reaches is not walked again: what it gave to a shared tensor was kept, and is added again at its place in the order,
 * so a walked term has the bits of its own `variableGrads`. The term with the largest gradient at the boundary is got by
 * subtraction where that is exact enough, else walked too. Call it inside a tidy.
 */
export function termGradients(
  engine: EngineInternals,
  reductions: Reductions,
  walk: TermWalk,
  { combined, seeds, boundary, crossings }: CombinedGradients,
): TermGradients {
  const shared = walk.xs.flatMap(({ id }, index) => {
    const mask = walk.masksOfXs[index] ?? 0n;
    const total = combined[index];
    return total === undefined || isSingle(mask) ? [] : [{ id, mask, total }];
  });
  const sharing = [...new Set(shared.flatMap(({ mask }) => termsIn(mask)))];
  const targets = shared.map(({ id }) => id);
  const walkTerm = (term: number): Rows =>
    walkOneTerm(engine, walk, term, {
      seeds,
      targets,
      crossed: (node, input) => crossings.get(crossingKey(node, input)),
    });
  const largest = sharing.reduce<number | null>(
    (best, term) =>
      best === null || squaredAtBoundary(boundary, term) > squaredAtBoundary(boundary, best) ? term : best,
    null,
  );
  const byTerm = new Map<number, Rows>();
  for (const term of sharing) {
    if (term !== largest) {
      byTerm.set(term, walkTerm(term));
    }
  }
  let subtracted: number | null = null;
  if (largest !== null) {
    const rest = subtract(engine, reductions, largest, shared, byTerm);
    subtracted = rest === null ? null : largest;
    byTerm.set(largest, rest ?? walkTerm(largest));
  }
  return {
    combined,
    seeds,
    boundary,
    crossings,
    perTerm: walk.xs.map(({ id }, index) => {
      const terms = termsIn(walk.masksOfXs[index] ?? 0n);
      const rows = terms.map((term) => (terms.length === 1 ? combined[index] : byTerm.get(term)?.get(id)));
      const present = terms.filter((_, row) => rows[row] !== undefined);
      return { terms: present, gradients: rows.filter((row) => row !== undefined) };
    }),
    subtracted,
  };
}

/** Gradients by the id of their variable. */
export type Rows = ReadonlyMap<number, Tf.Tensor>;

export interface OneTermWalk {
  /** By loss: where the walk begins at losses that several terms share. */
  readonly seeds: ReadonlyMap<number, Float32Array>;
  /** What the term's own part of the tape gave at a crossing. */
  crossed(node: TermNode, inputName: string): Tf.Tensor | undefined;
  /** The tensors whose gradients are wanted. */
  readonly targets: readonly number[];
  /** Called with the complete gradient of every shared tensor that the walk passes, and whose it is. */
  entered?(gradient: Tf.Tensor, of: number): void;
}

/**
 * One term's gradients of what it shares with others, from its seeds at shared losses and from what its own part of the tape
 * gave at each crossing.
 */
export function walkOneTerm(
  engine: EngineInternals,
  walk: Pick<TermWalk, 'nodes' | 'leaves'>,
  term: number,
  own: OneTermWalk,
): Rows {
  const bit = 1n << BigInt(term);
  const rows = engine.tidy(() => {
    const gradients: GradientMap = new Map();
    for (const { id, shape } of walk.leaves[term] ?? []) {
      const seed = own.seeds.get(id);
      if (seed !== undefined) {
        gradients.set(id, engine.makeTensor(Float32Array.from(seed), [...shape], 'float32'));
      }
    }
    walkBack<TermNode>(engine, walk.nodes, gradients, {
      enter: (walkNode) => {
        const { mask } = walkNode;
        if (mask !== bit) {
          const reached = (mask & bit) === 0n ? [] : walkNode.node.outputs.filter(({ id }) => gradients.has(id));
          for (const { id } of own.entered === undefined ? [] : reached) {
            const gradient = gradients.get(id);
            if (gradient !== undefined) {
              own.entered?.(gradient, id);
            }
          }
          return reached.length > 0;
        }
        for (const inputName of walkNode.inputNames) {
          const kept = own.crossed(walkNode, inputName);
          if (kept !== undefined) {
            const copy = engine.runKernel('Identity', { x: kept });
            accumulate(engine, gradients, walkNode.node.inputs[inputName]?.id ?? -1, copy);
          }
        }
        return false;
      },
    });
    // A tidy keeps what it finds in arrays, and looks into no map.
    return own.targets.flatMap((id): [number, Tf.Tensor][] => {
      const gradient = gradients.get(id);
      return gradient === undefined ? [] : [[id, gradient]];
    });
  });
  return new Map(rows);
}

/**
 * combined - all others, per shared variable. Null where the others are more than twice as large in any variable:
 * the rounding error of a larger term would stay in a smaller one.
 */
function subtract(
  engine: EngineInternals,
  reductions: Reductions,
  term: number,
  shared: readonly { readonly id: number; readonly mask: bigint; readonly total: Tf.Tensor }[],
  others: ReadonlyMap<number, Rows>,
): Rows | null {
  const bit = 1n << BigInt(term);
  const rows = new Map<number, Tf.Tensor>();
  for (const { id, mask, total } of shared) {
    if ((mask & bit) === 0n) {
      continue;
    }
    const present = [...others.values()].flatMap((other) => other.get(id) ?? []);
    const difference = present.reduce((rest, other) => engine.runKernel('Sub', { a: rest, b: other }), total);
    const rest = present.reduce((sum, other) => sum + reductions.squaredNorm(other), 0);
    if (!(4 * reductions.squaredNorm(difference) >= rest)) {
      return null;
    }
    rows.set(id, difference);
  }
  return rows;
}

/** A contribution to what is shared, by its node and input. */
export function crossingKey(walkNode: WalkNode, inputName: string): string {
  return `${walkNode.tapeIndex}:${inputName}`;
}
