/** A small dense matrix, row by row: of as many rows as there are tasks, so nothing here is made to be fast. */
export type Matrix = readonly (readonly number[])[];

export function entry(matrix: Matrix, row: number, column: number): number {
  return matrix[row]?.[column] ?? 0;
}

export function square(size: number, value: (row: number, column: number) => number): number[][] {
  return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (__, column) => value(row, column)));
}

export function timesVector(matrix: Matrix, vector: readonly number[]): number[] {
  return matrix.map((row) => dot(row, vector));
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** a' M b: of a Gram matrix the product of two combinations of gradients. */
export function product(a: readonly number[], matrix: Matrix, b: readonly number[]): number {
  return dot(a, timesVector(matrix, b));
}

/** The length of each gradient, read off a Gram matrix. */
export function norms(gram: Matrix): number[] {
  return gram.map((row, i) => Math.sqrt(Math.max(0, row[i] ?? 0)));
}

/** The cosines of a Gram matrix whose diagonal is not 0. */
export function cosines(gram: Matrix): number[][] {
  const lengths = norms(gram);
  return square(gram.length, (i, j) => (i === j ? 1 : entry(gram, i, j) / ((lengths[i] ?? 1) * (lengths[j] ?? 1))));
}
