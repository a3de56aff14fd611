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

/**
 * Gradient norms, shares and Gram matrices of one variable group, summed over its variables in double precision: at a
 * scale gap of 10^6 the squares of float32 would lose the small task.
 *
 * Gram: G_ij = <g_i, g_j>. In the optimizer's metric: <P g_i, P g_j>, P = diag(1 / (sqrt(v) + eps)) for Adam and its
 * kin (AdaTask, Yang et al. 2023). Share: <P g_i, P g> / |P g|^2 with g the sum of the terms; it sums to 1.
 *
 * @param order All terms of the objective; the result's rows follow it.
 */
export function measureGroup(variables: readonly VariableGradients[], order: readonly string[]): GroupMeasure {
  const terms = order.filter((term) => variables.some((variable) => variable.terms.includes(term)));
  const size = terms.length;
  const gram = new Float64Array(size * size);
  const metricGram = variables.every(({ metric }) => metric !== null) ? new Float64Array(size * size) : null;
  let totalSquared = 0;
  for (const { terms: own, gradients, total, metric } of variables) {
    const rows = own.map((term) => terms.indexOf(term));
    const scaled = metric === null || metric === 'identity' ? null : gradients.map((row) => times(row, metric));
    totalSquared += dotSingle(total, total);
    for (const [a, first] of gradients.entries()) {
      for (let b = a; b < gradients.length; b++) {
        const second = gradients[b];
        if (second === undefined) {
          continue;
        }
        const plain = dotSingle(first, second);
        addSymmetric(gram, size, rows[a], rows[b], plain);
        const [scaledFirst, scaledSecond] = [scaled?.[a], scaled?.[b]];
        if (metricGram !== null) {
          const product = scaledFirst && scaledSecond ? dotDouble(scaledFirst, scaledSecond) : plain;
          addSymmetric(metricGram, size, rows[a], rows[b], product);
        }
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

function addSymmetric(gram: Float64Array, size: number, row = 0, column = 0, value: number): void {
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
