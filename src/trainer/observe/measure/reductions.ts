import type { Numbers } from '../tape/engineInternals.ts';
import type { Metric } from './optimizerMetric.ts';

/** Inner products of rows: upper triangles, row by row, diagonal included. */
export interface RowProducts {
  readonly gram: Float64Array;
  /** As the optimizer scales them; null where it is not known. */
  readonly metricGram: Float64Array | null;
}

/** Inner products of gradients, where the backend keeps their numbers. All in double precision. */
export interface Reductions {
  /** Copies the numbers. @param to As many as x has. */
  read(x: Numbers, to: Float32Array): void;
  squaredNorm(x: Numbers): number;
  /** Per unit (last axis): 1 where a number of it is above 0, or is none, else 0. */
  aliveUnits(x: Numbers, units: number): ArrayLike<number>;
  /** True where no number is NaN or infinite. */
  allFinite(x: Numbers): boolean;
  /** <x_i, x_j> of rows of the same size: upper triangle, row by row, diagonal included. */
  gram(rows: readonly Numbers[]): Float64Array;
  /** The same, and beside it of P x. */
  grams(rows: readonly Numbers[], metric: Exclude<Metric, null | 'identity'>): RowProducts;
  /** |after - before|^2 and |before|^2. */
  change(before: Numbers, after: Numbers): { readonly moved: number; readonly size: number };
}
