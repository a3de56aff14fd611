import type * as Tf from '@tensorflow/tfjs';
import { termsIn } from '../../../core/graph/termMasks.ts';
import { productsWithRest } from '../../../core/measure/restProducts.ts';
import type { TermNode } from '../graph/termStructure.ts';
import { accumulate, walkBack, type GradientMap } from '../tape/backwardWalk.ts';
import type { EngineInternals } from '../tape/engineInternals.ts';
import { squaredAtBoundary } from './boundary.ts';
import { crossingKey, type CombinedGradients, type TermWalk } from './combinedGradients.ts';
import type { Reductions, RowProducts } from './reductions.ts';

/** The gradients of one variable, told apart by loss term. */
export interface VariableTerms {
  /** The terms that reach it. */
  readonly terms: readonly number[];
  /** Inner products of their weighted gradients. */
  readonly products: RowProducts;
  /** |g|^2 of their sum, as the ordinary walk computed it. */
  readonly totalSquared: number;
  /** Their weighted gradients. One that is got by subtraction is made when it is asked for: ask inside the tidy. */
  readonly gradients: readonly Tf.Tensor[];
}

/** The gradients of one step, told apart by loss term. */
export interface TermGradients extends CombinedGradients {
  /** Per x; without terms where it does not lead to the total. */
  readonly perTerm: readonly VariableTerms[];
  /** The term whose gradients were got by subtraction, or null. */
  readonly subtracted: number | null;
}

/** The inner products of rows that are as long as x number `index`. */
export type ProductsOf = (index: number, rows: readonly Tf.Tensor[]) => RowProducts;

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
  step: CombinedGradients,
  productsOf: ProductsOf = (_, rows) => ({ gram: reductions.gram(rows), metricGram: null }),
): TermGradients {
  const { seeds, boundary, crossings } = step;
  const variables = walk.xs.map(({ id }, index): SharedVariable | null => {
    const total = step.combined[index];
    return total === undefined ? null : { index, id, terms: termsIn(walk.masksOfXs[index] ?? 0n), total };
  });
  const shared = variables.filter((each) => each !== null && each.terms.length > 1) as SharedVariable[];
  const sharing = [...new Set(shared.flatMap(({ terms }) => terms))];
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
  let found =
    largest === null ? new Map<number, VariableTerms>() : withSubtracted(engine, largest, shared, byTerm, productsOf);
  const subtracted = found === null ? null : largest;
  if (found === null && largest !== null) {
    byTerm.set(largest, walkTerm(largest));
    found = new Map(
      shared.map((variable) => {
        const { index, id, terms, total } = variable;
        const rows = terms.map((term) => byTerm.get(term)?.get(id));
        const gradients = rows.filter((row) => row !== undefined);
        const products = productsOf(index, gradients);
        const present = terms.filter((_, row) => rows[row] !== undefined);
        return [index, { terms: present, gradients, products, totalSquared: reductions.squaredNorm(total) }];
      }),
    );
  }
  const perTerm = variables.map((variable): VariableTerms => {
    if (variable === null) {
      return UNREACHED;
    }
    const { index, terms, total } = variable;
    const own = found?.get(index);
    if (own !== undefined) {
      return own;
    }
    const gradients = terms.length === 0 ? [] : [total];
    const products = productsOf(index, gradients);
    return { terms, gradients, products, totalSquared: products.gram[0] ?? reductions.squaredNorm(total) };
  });
  return { ...step, perTerm, subtracted };
}

const UNREACHED: VariableTerms = {
  terms: [],
  products: { gram: new Float64Array(0), metricGram: null },
  totalSquared: 0,
  gradients: [],
};

interface SharedVariable {
  readonly index: number;
  readonly id: number;
  readonly terms: readonly number[];
  readonly total: Tf.Tensor;
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
 * What shared variables get from `term`, as their sum less all others, which their inner products tell: no difference has to be made.
 * Null where the others are more than twice as large in any variable: the rounding error of a larger term would stay in a smaller one.
 */
function withSubtracted(
  engine: EngineInternals,
  term: number,
  shared: readonly SharedVariable[],
  others: ReadonlyMap<number, Rows>,
  productsOf: ProductsOf,
): Map<number, VariableTerms> | null {
  const found = new Map<number, VariableTerms>();
  for (const { index, id, terms, total } of shared) {
    const present = terms.filter((each) => each === term || others.get(each)?.has(id) === true);
    const rows = present.flatMap((each) => (each === term ? [] : (others.get(each)?.get(id) ?? [])));
    const at = present.indexOf(term);
    const measured = productsOf(index, [...rows, total]);
    const totalSquared = measured.gram.at(-1) ?? NaN;
    if (at === -1) {
      found.set(index, { terms: present, gradients: rows, products: productsOf(index, rows), totalSquared });
      continue;
    }
    const told = (gram: Float64Array): Float64Array => productsWithRest(gram, rows.length, at);
    const gram = told(measured.gram);
    const metricGram = measured.metricGram === measured.gram ? gram : measured.metricGram && told(measured.metricGram);
    const squared = present.map((_, row) => gram[row * present.length - (row * (row - 1)) / 2] ?? NaN);
    const rest = squared.reduce((sum, square, row) => (row === at ? sum : sum + square), 0);
    if (!(4 * (squared[at] ?? NaN) >= rest)) {
      return null;
    }
    found.set(index, {
      terms: present,
      products: { gram, metricGram },
      totalSquared,
      get gradients() {
        const difference = rows.reduce((left, other) => engine.runKernel('Sub', { a: left, b: other }), total);
        return rows.toSpliced(at, 0, difference);
      },
    });
  }
  return found;
}
