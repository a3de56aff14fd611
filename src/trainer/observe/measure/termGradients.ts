import type * as Tf from '@tensorflow/tfjs';
import { isSingle, termsIn } from '../../../core/graph/termMasks.ts';
import { accumulate, walkBack, type GradientMap, type WalkNode } from '../tape/backwardWalk.ts';
import { floatsOf, squaredNorm, type EngineInternals } from '../tape/engineInternals.ts';

/** The gradients of one step, told apart by loss term. */
export interface TermGradients {
  /** Per x, as tfjs's own backward pass gives them; undefined where nothing leads to the total. */
  readonly combined: readonly (Tf.Tensor | undefined)[];
  /** By leaf tensor: the total's derivative by the loss, i.e. its weight. Absent for leaves no variable leads to. */
  readonly seeds: ReadonlyMap<number, Float32Array>;
  /** Per x: the terms that reach it and their weighted gradients. */
  readonly perTerm: readonly { readonly terms: readonly number[]; readonly gradients: readonly Float32Array[] }[];
  /** The term whose gradients were got by subtraction, or null. */
  readonly subtracted: number | null;
}

export interface TermWalk {
  readonly nodes: readonly WalkNode[];
  readonly total: Tf.Tensor;
  readonly dy: Tf.Tensor | null;
  readonly xs: readonly Tf.Tensor[];
  readonly leaves: readonly (readonly Tf.Tensor['id'][])[];
  /** By tensor id: the terms that the tensor leads to. */
  readonly masks: ReadonlyMap<number, bigint>;
  /** Called when the ordinary walk is done, before any other. */
  afterCombined(): void;
}

type Rows = Map<number, Float32Array>;

/**
 * One ordinary backward walk for the update, in tfjs's own order of additions, and beside it one walk per term through
 * what several terms share. A node that only one term reaches is not walked again: what it gave to a shared tensor was
 * kept, and is added again at its place in the order, so a walked term has the bits of its own `variableGrads`.
 * The term with the largest gradient at the boundary is got by subtraction where that is exact enough, else walked too.
 * Call it inside a tidy.
 */
export function termGradients(engine: EngineInternals, walk: TermWalk): TermGradients {
  const nodeMask = ({ node }: WalkNode): bigint =>
    node.outputs.reduce((mask, { id }) => mask | (walk.masks.get(id) ?? 0n), 0n);
  const isShared = sharedTensors(walk, nodeMask);
  const leafIds = new Set(walk.leaves.flat());
  const seeds = new Map<number, Tf.Tensor>();
  const crossings = new Map<string, Tf.Tensor>();
  const keepCopy = (tensor: Tf.Tensor): Tf.Tensor => engine.runKernel('Identity', { x: tensor });
  const noteSeeds = (ids: Iterable<number>, gradients: GradientMap): void => {
    for (const id of ids) {
      const gradient = gradients.get(id);
      if (leafIds.has(id) && gradient !== undefined && !seeds.has(id)) {
        seeds.set(id, keepCopy(gradient));
      }
    }
  };

  const start = walk.dy ?? engine.makeTensor(new Float32Array(walk.total.size).fill(1), walk.total.shape, 'float32');
  const gradients: GradientMap = new Map([[walk.total.id, start]]);
  const boundary = new Map<number, number>();
  walkBack(engine, walk.nodes, gradients, {
    enter: ({ node }, map) => {
      noteSeeds(
        node.outputs.map(({ id }) => id),
        map,
      );
      return true;
    },
    contribute: (walkNode, inputName, gradient) => {
      const mask = nodeMask(walkNode);
      if (isSingle(mask) && isShared(walkNode.node.inputs[inputName]?.id ?? -1)) {
        const copy = keepCopy(gradient);
        crossings.set(crossing(walkNode, inputName), copy);
        const [term = 0] = termsIn(mask);
        boundary.set(term, (boundary.get(term) ?? 0) + squaredNorm(floatsOf(engine, copy)));
      }
    },
  });
  walk.afterCombined();
  noteSeeds(leafIds, gradients);
  const combined = walk.xs.map(({ id }) => gradients.get(id));

  const shared = walk.xs.filter(({ id }) => !isSingle(walk.masks.get(id) ?? 0n) && gradients.has(id));
  const sharing = [...new Set(shared.flatMap(({ id }) => termsIn(walk.masks.get(id) ?? 0n)))];
  const walkTerm = (term: number): Rows =>
    walkOneTerm(engine, walk, term, nodeMask, isShared, seeds, crossings, shared);
  const largest = sharing.reduce<number | null>(
    (best, term) => (best === null || (boundary.get(term) ?? 0) > (boundary.get(best) ?? 0) ? term : best),
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
    const rest = subtract(engine, walk, largest, shared, combined, byTerm);
    subtracted = rest === null ? null : largest;
    byTerm.set(largest, rest ?? walkTerm(largest));
  }
  return {
    combined,
    seeds: new Map([...seeds].map(([id, tensor]) => [id, floatsOf(engine, tensor)])),
    perTerm: walk.xs.map(({ id }, index) => {
      const terms = termsIn(walk.masks.get(id) ?? 0n);
      const own = combined[index];
      const rows = terms.map((term) =>
        terms.length === 1 && own !== undefined ? floatsOf(engine, own) : byTerm.get(term)?.get(id),
      );
      const present = terms.filter((_, row) => rows[row] !== undefined);
      return { terms: present, gradients: rows.filter((row) => row !== undefined) };
    }),
    subtracted,
  };
}

/**
 * Whether a term's walk has to begin at a tensor, because what made it is walked for each term: several terms reach it, or
 * they reach other outputs of the same op (the halves of a split).
 */
function sharedTensors(walk: TermWalk, nodeMask: (node: WalkNode) => bigint): (tensor: number) => boolean {
  const besideShared = new Set(
    walk.nodes.flatMap((walkNode) =>
      walkNode.node.outputs.length > 1 && !isSingle(nodeMask(walkNode))
        ? walkNode.node.outputs.map(({ id }) => id)
        : [],
    ),
  );
  return (tensor) => besideShared.has(tensor) || !isSingle(walk.masks.get(tensor) ?? 0n);
}

function walkOneTerm(
  engine: EngineInternals,
  walk: TermWalk,
  term: number,
  nodeMask: (node: WalkNode) => bigint,
  isShared: (tensor: number) => boolean,
  seeds: ReadonlyMap<number, Tf.Tensor>,
  crossings: ReadonlyMap<string, Tf.Tensor>,
  targets: readonly Tf.Tensor[],
): Rows {
  const bit = 1n << BigInt(term);
  return engine.tidy(() => {
    const gradients: GradientMap = new Map();
    for (const leaf of walk.leaves[term] ?? []) {
      const seed = seeds.get(leaf);
      if (seed !== undefined && isShared(leaf)) {
        gradients.set(leaf, engine.runKernel('Identity', { x: seed }));
      }
    }
    walkBack(engine, walk.nodes, gradients, {
      enter: (walkNode) => {
        const mask = nodeMask(walkNode);
        if (mask !== bit) {
          return (mask & bit) !== 0n && walkNode.node.outputs.some(({ id }) => gradients.has(id));
        }
        for (const inputName of walkNode.inputNames) {
          const kept = crossings.get(crossing(walkNode, inputName));
          if (kept !== undefined) {
            const copy = engine.runKernel('Identity', { x: kept });
            accumulate(engine, gradients, walkNode.node.inputs[inputName]?.id ?? -1, copy);
          }
        }
        return false;
      },
    });
    const rows: Rows = new Map();
    for (const { id } of targets) {
      const gradient = gradients.get(id);
      if (gradient !== undefined) {
        rows.set(id, floatsOf(engine, gradient));
      }
    }
    return rows;
  });
}

/**
 * combined - all others, per shared variable. Null where the others are more than twice as large in any variable:
 * the rounding error of a larger term would stay in a smaller one.
 */
function subtract(
  engine: EngineInternals,
  walk: TermWalk,
  term: number,
  shared: readonly Tf.Tensor[],
  combined: readonly (Tf.Tensor | undefined)[],
  others: ReadonlyMap<number, Rows>,
): Rows | null {
  const bit = 1n << BigInt(term);
  const rows: Rows = new Map();
  for (const { id } of shared) {
    const total = combined[walk.xs.findIndex((x) => x.id === id)];
    const mask = walk.masks.get(id) ?? 0n;
    if (total === undefined || (mask & bit) === 0n) {
      continue;
    }
    const difference = Float32Array.from(floatsOf(engine, total));
    let rest = 0;
    for (const [, other] of others) {
      const row = other.get(id);
      if (row === undefined) {
        continue;
      }
      for (let k = 0; k < difference.length; k++) {
        difference[k] = (difference[k] ?? 0) - (row[k] ?? 0);
      }
      rest += squaredNorm(row);
    }
    const own = squaredNorm(difference);
    if (!(4 * own >= rest)) {
      return null;
    }
    rows.set(id, difference);
  }
  return rows;
}

function crossing(walkNode: WalkNode, inputName: string): string {
  return `${walkNode.tapeIndex}:${inputName}`;
}
