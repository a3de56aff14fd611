import type { GroupMeasure } from '../run/record.ts';
import { toRecorded } from '../run/numbers.ts';

/** One variable's weighted gradients, term by term. */
export interface VariableGradients {
  /** Loss terms that reach the variable. */
  readonly terms: readonly string[];
  /** As many as `terms`, each as long as the variable. */
  readonly gradients: readonly Float32Array[];
  /** The gradient that the update uses: their sum, as the ordinary backward walk computed it. */
  readonly total: Float32Array;
  /** Diagonal of the optimizer's metric P; `identity` for SGD; null where the optimizer is not known. */
  readonly metric: Float64Array | 'identity' | null;
}

/** Inner products of one variable's gradients, term by term. */
export interface VariableProducts {
  readonly terms: readonly string[];
  /** <g_i, g_j>: upper triangle, row by row, diagonal included. */
  readonly gram: ArrayLike<number>;
  /** <P g_i, P g_j>; null where the optimizer is not known. */
  readonly metricGram: ArrayLike<number> | null;
  /** |g|^2 of the gradient that the update uses. */
  readonly totalSquared: number;
}

/**
 * The inner products of one variable's gradients in double precision: at a scale gap of 10^6 the squares of float32 would
 * lose the small task.
 */
export function variableProducts({ terms, gradients, total, metric }: VariableGradients): VariableProducts {
  const scaled = metric === null || metric === 'identity' ? null : gradients.map((row) => times(row, metric));
  const gram = products(gradients, dotSingle);
  return {
    terms,
    gram,
    metricGram: metric === null ? null : scaled === null ? gram : products(scaled, dotDouble),
    totalSquared: dotSingle(total, total),
  };
}

function products<Row>(rows: readonly Row[], dot: (a: Row, b: Row) => number): Float64Array {
  const values: number[] = [];
  for (const [i, first] of rows.entries()) {
    for (const second of rows.slice(i)) {
      values.push(dot(first, second));
    }
  }
  return Float64Array.from(values);
}

/**
 * Gradient norms, shares and Gram matrices of one variable group: the sums over its variables.
 *
 * Gram: G_ij = <g_i, g_j>. In the optimizer's metric: <P g_i, P g_j>, P = diag(1 / (sqrt(v) + eps)) for Adam and its
 * kin (AdaTask, Yang et al. 2023). Share: <P g_i, P g> / |P g|^2 with g the sum of the terms; it sums to 1.
 *
 * @param order All terms of the objective; the result's rows follow it.
 */
export function measureGroup(variables: readonly VariableProducts[], order: readonly string[]): GroupMeasure {
  const terms = order.filter((term) => variables.some((variable) => variable.terms.includes(term)));
  const size = terms.length;
  const gram = new Float64Array(size * size);
  const metricGram = variables.every((variable) => variable.metricGram !== null) ? new Float64Array(size * size) : null;
  let totalSquared = 0;
  for (const variable of variables) {
    const rows = variable.terms.map((term) => terms.indexOf(term));
    totalSquared += variable.totalSquared;
    let pair = 0;
    for (const [a, row] of rows.entries()) {
      for (const column of rows.slice(a)) {
        addSymmetric(gram, size, row, column, variable.gram[pair] ?? 0);
        if (metricGram !== null) {
          addSymmetric(metricGram, size, row, column, variable.metricGram?.[pair] ?? 0);
        }
        pair++;
      }
    }
  }
  return {
    terms,
    norm: terms.map((_, i) => toRecorded(Math.sqrt(gram[i * size + i] ?? 0))),
    share: metricGram === null ? null : shares(metricGram, size),
    gram: upperTriangle(gram, size),
    metricGram: metricGram === null ? null : upperTriangle(metricGram, size),
    total: toRecorded(Math.sqrt(totalSquared)),
    updateRatio: null,
  };
}

function shares(gram: Float64Array, size: number): ReturnType<typeof toRecorded>[] {
  const rows = Array.from({ length: size }, (_, i) => gram.slice(i * size, (i + 1) * size).reduce((a, b) => a + b, 0));
  const all = rows.reduce((a, b) => a + b, 0);
  return rows.map((row) => toRecorded(all === 0 ? 0 : row / all));
}

function addSymmetric(gram: Float64Array, size: number, row: number, column: number, value: number): void {
  const [upper, lower] = [row * size + column, column * size + row];
  gram[upper] = (gram[upper] ?? 0) + value;
  if (upper !== lower) {
    gram[lower] = (gram[lower] ?? 0) + value;
  }
}

function upperTriangle(gram: Float64Array, size: number): ReturnType<typeof toRecorded>[] {
  const values: ReturnType<typeof toRecorded>[] = [];
  for (let row = 0; row < size; row++) {
    for (let column = row; column < size; column++) {
      values.push(toRecorded(gram[row * size + column] ?? 0));
    }
  }
  return values;
}

/**
 * <a, b> in double precision. Four sums run side by side, since each addition waits for the one before it; and there is one
 * function per type of array, since engines make fast code for one.
 */
function dotSingle(a: Float32Array, b: Float32Array): number {
  const whole = a.length - (a.length % 4);
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let k = 0; k < whole; k += 4) {
    first += (a[k] ?? 0) * (b[k] ?? 0);
    second += (a[k + 1] ?? 0) * (b[k + 1] ?? 0);
    third += (a[k + 2] ?? 0) * (b[k + 2] ?? 0);
    fourth += (a[k + 3] ?? 0) * (b[k + 3] ?? 0);
  }
  for (let k = whole; k < a.length; k++) {
    first += (a[k] ?? 0) * (b[k] ?? 0);
  }
  return first + second + (third + fourth);
}

function dotDouble(a: Float64Array, b: Float64Array): number {
  const whole = a.length - (a.length % 4);
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let k = 0; k < whole; k += 4) {
    first += (a[k] ?? 0) * (b[k] ?? 0);
    second += (a[k + 1] ?? 0) * (b[k + 1] ?? 0);
    third += (a[k + 2] ?? 0) * (b[k + 2] ?? 0);
    fourth += (a[k + 3] ?? 0) * (b[k + 3] ?? 0);
  }
  for (let k = whole; k < a.length; k++) {
    first += (a[k] ?? 0) * (b[k] ?? 0);
  }
  return first + second + (third + fourth);
}

function times(row: Float32Array, metric: Float64Array): Float64Array {
  const product = new Float64Array(row.length);
  for (let k = 0; k < row.length; k++) {
    product[k] = (row[k] ?? 0) * (metric[k] ?? 0);
  }
  return product;
}
