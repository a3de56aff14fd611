import { entry, square, type Matrix } from './matrix.ts';

export interface Eigen {
  readonly values: readonly number[];
  /** Column k belongs to value k. */
  readonly vectors: Matrix;
}

const SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations: a dozen lines, exact to the last digits for the
 * few rows that tasks make, and, on a matrix without negative eigenvalues, for the small ones beside large ones too.
 */
export function symmetricEigen(matrix: Matrix): Eigen {
  const size = matrix.length;
  const a = square(size, (i, j) => entry(matrix, i, j));
  const v = square(size, (i, j) => (i === j ? 1 : 0));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        rotated = rotate(a, v, p, q) || rotated;
      }
    }
    if (!rotated) {
      break;
    }
  }
  return { values: a.map((row, i) => row[i] ?? 0), vectors: v };
}

/** Turns the plane of p and q so that their entry is 0; false where it already is, as far as numbers go. */
function rotate(a: number[][], v: number[][], p: number, q: number): boolean {
  const [app, aqq, apq] = [entry(a, p, p), entry(a, q, q), entry(a, p, q)];
  if (Math.abs(apq) <= 1e-17 * Math.sqrt(Math.abs(app * aqq))) {
    return false;
  }
  const theta = (aqq - app) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const turn = (rows: number[][], i: number, j: number, k: number, l: number): void => {
    const [x, y] = [entry(rows, i, j), entry(rows, k, l)];
    put(rows, i, j, c * x - t * c * y);
    put(rows, k, l, t * c * x + c * y);
  };
  for (let k = 0; k < a.length; k++) {
    turn(a, k, p, k, q);
  }
  for (let k = 0; k < a.length; k++) {
    turn(a, p, k, q, k);
    turn(v, k, p, k, q);
  }
  put(a, p, q, 0);
  put(a, q, p, 0);
  return true;
}

function put(rows: number[][], row: number, column: number, value: number): void {
  const cells = rows[row];
  if (cells !== undefined) {
    cells[column] = value;
  }
}

/**
 * f of a symmetric matrix without negative eigenvalues, applied to a vector; eigenvalues that are 0, as far as numbers go, are
 * left out. With 1/x it is the pseudoinverse.
 */
export function onSpectrum(
  { values, vectors }: Eigen,
  vector: readonly number[],
  f: (value: number) => number,
): number[] {
  const least = smallest(values);
  const result = vector.map(() => 0);
  values.forEach((value, k) => {
    if (value >= least) {
      const along = vector.reduce((total, x, i) => total + x * entry(vectors, i, k), 0);
      result.forEach((before, i) => {
        result[i] = before + f(value) * along * entry(vectors, i, k);
      });
    }
  });
  return result;
}

/** Below this an eigenvalue is what rounding has left of 0. */
export function smallest(values: readonly number[]): number {
  return Math.max(0, ...values) * values.length * 1e-14 || Number.MIN_VALUE;
}
