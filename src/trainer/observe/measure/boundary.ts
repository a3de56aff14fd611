import type * as Tf from '@tensorflow/tfjs';
import type { EngineInternals } from '../tape/engineInternals.ts';
import type { Reductions } from './reductions.ts';

/** The tasks' gradients where they first meet. */
export interface BoundaryGram {
  /** The tasks that reach it, by their place among the terms, in ascending order. */
  readonly terms: readonly number[];
  /** <g_i, g_j> over all tensors that both reach: upper triangle, row by row, diagonal included. NaN where there is none. */
  readonly gram: Float64Array;
}

/** Collects what each task gives to the tensors that it shares, during an ordinary backward walk inside a tidy. */
export class Boundary {
  private readonly byTensor = new Map<number, Map<number, Tf.Tensor>>();

  constructor(
    private readonly engine: EngineInternals,
    private readonly reductions: Reductions,
  ) {}

  /** The tensor must live as long as the walk's tidy. */
  note(tensor: number, term: number, gradient: Tf.Tensor): void {
    const terms = this.byTensor.get(tensor) ?? new Map<number, Tf.Tensor>();
    this.byTensor.set(tensor, terms);
    const before = terms.get(term);
    terms.set(term, before === undefined ? gradient : this.engine.runKernel('Add', { a: before, b: gradient }));
  }

  /** Null where nothing was noted. */
  gram(): BoundaryGram | null {
    const terms = [...new Set([...this.byTensor.values()].flatMap((each) => [...each.keys()]))].sort((a, b) => a - b);
    if (terms.length === 0) {
      return null;
    }
    const pairOf = (i: number, j: number): number => i * terms.length - (i * (i - 1)) / 2 + (j - i);
    // Two tasks that reach the trunk at different tensors are not compared there: one of them has met a third before.
    const gram = new Float64Array((terms.length * (terms.length + 1)) / 2).fill(NaN);
    for (const each of this.byTensor.values()) {
      const present = terms.flatMap((term, place) => (each.has(term) ? [place] : []));
      const rows = present.flatMap((place) => each.get(terms[place] ?? -1) ?? []);
      const products = this.reductions.gram(rows);
      let at = 0;
      for (const [a, i] of present.entries()) {
        for (const j of present.slice(a)) {
          const pair = pairOf(i, j);
          const before = gram[pair] ?? NaN;
          gram[pair] = (Number.isNaN(before) ? 0 : before) + (products[at++] ?? 0);
        }
      }
    }
    return { terms, gram };
  }
}

/** |g|^2 of a term at the boundary; 0 where it does not reach it. */
export function squaredAtBoundary(boundary: BoundaryGram | null, term: number): number {
  const size = boundary?.terms.length ?? 0;
  const place = boundary?.terms.indexOf(term) ?? -1;
  return place === -1 ? 0 : (boundary?.gram[place * size - (place * (place - 1)) / 2] ?? 0);
}
