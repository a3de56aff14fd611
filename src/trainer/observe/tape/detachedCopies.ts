import type * as Tf from '@tensorflow/tfjs';
import type { LayerUse } from './layerScope.ts';

/** A tensor of the tape whose values JavaScript read. */
export interface TensorRead {
  readonly tensor: Tf.Tensor['id'];
  /** Null where the read is asynchronous. */
  readonly values: ArrayLike<number> | null;
  readonly layer: LayerUse | null;
  readonly error: Error | null;
}

/** A tensor built from JavaScript values while the tape was on. */
export interface BuiltTensor {
  readonly tensor: Tf.Tensor;
  readonly values: unknown;
  readonly at: number;
  readonly error: Error | null;
}

export interface DetachedCopy {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly op: string;
  readonly error: Error | null;
  readonly layer: LayerUse | null;
}

/**
 * Which tensors were built from values that had been read off the tape. A read alone cuts nothing (a script may log its
 * loss), so a copy must look like one: the same buffer, the same numbers, or as many numbers that run along with those
 * read (|r| > 0.99: scaled, shifted, clipped).
 */
export function copiesOf(reads: readonly TensorRead[], built: readonly BuiltTensor[]): DetachedCopy[] {
  const copies: DetachedCopy[] = [];
  for (const { tensor, values, at, error } of built) {
    const source = reads.findLast((read) => read.values !== null && isCopy(values, read.values));
    if (source !== undefined) {
      // The line that matters is where the values left the tape.
      const op = 'dataSync';
      copies.push({ from: source.tensor, to: tensor.id, at, op, error: source.error ?? error, layer: source.layer });
    }
  }
  return copies;
}

function isCopy(built: unknown, read: ArrayLike<number>): boolean {
  if (built === read) {
    return true;
  }
  if (!isNumbers(built) || built.length !== read.length || read.length < 2) {
    return false;
  }
  return sameNumbers(built, read) || (read.length >= 8 && Math.abs(correlation(built, read)) > 0.99);
}

function isNumbers(values: unknown): values is ArrayLike<number> {
  return (
    values instanceof Float32Array ||
    values instanceof Int32Array ||
    values instanceof Uint8Array ||
    (Array.isArray(values) && values.every((value) => typeof value === 'number'))
  );
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) {
      return false;
    }
  }
  return true;
}

/** Pearson's r; 0 where either side is constant. */
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let [meanA, meanB] = [0, 0];
  for (let i = 0; i < n; i++) {
    meanA += (a[i] ?? 0) / n;
    meanB += (b[i] ?? 0) / n;
  }
  let [covariance, varianceA, varianceB] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [(a[i] ?? 0) - meanA, (b[i] ?? 0) - meanB];
    covariance += x * y;
    varianceA += x * x;
    varianceB += y * y;
  }
  return varianceA > 0 && varianceB > 0 ? covariance / Math.sqrt(varianceA * varianceB) : 0;
}
