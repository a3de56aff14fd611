import { dot, entry, norms, type Matrix } from './matrix.ts';

/** Lagrange multipliers above minus this count as 0: they are measured on rows of unit length. */
const TOLERANCE = 1e-13;

/**
 * The x >= 0 that makes x'Hx / 2 + f'x smallest, for a Gram matrix H and an f that leaves a smallest value: Lawson and Hanson's
 * method for non-negative least squares (1974, chapter 23), which ends at the solution itself after a few linear systems.
 * Rows are scaled to unit length first, so that a large task does not drown a small one.
 */
export function nonNegativeMinimum(h: Matrix, f: readonly number[]): number[] {
  const size = h.length;
  const lengths = norms(h).map((length) => (length === 0 ? 1 : length));
  const scaled = h.map((row, i) => row.map((value, j) => value / ((lengths[i] ?? 1) * (lengths[j] ?? 1))));
  const linear = f.map((value, i) => value / (lengths[i] ?? 1));
  const scale = Math.max(...linear.map(Math.abs)) || 1;
  let x: number[] = linear.map(() => 0);
  const free = new Set<number>();
  const refused = new Set<number>();
  for (let round = 0; round < 20 * size + 20; round++) {
    const slope = scaled.map((row, i) => dot(row, x) + (linear[i] ?? 0));
    const next = steepest(slope, free, refused, -TOLERANCE * scale * size);
    if (next === null) {
      break;
    }
    free.add(next);
    const moved = towardsMinimum(scaled, linear, x, free);
    if (free.has(next) && (moved[next] ?? 0) > 0) {
      refused.clear();
    } else {
      // Rounding alone made it look worth freeing.
      free.delete(next);
      moved[next] = 0;
      refused.add(next);
    }
    x = moved;
  }
  return x.map((value, i) => value / (lengths[i] ?? 1));
}

function steepest(
  slope: readonly number[],
  free: ReadonlySet<number>,
  refused: ReadonlySet<number>,
  below: number,
): number | null {
  let [best, least] = [null as number | null, below];
  slope.forEach((value, i) => {
    if (value < least && !free.has(i) && !refused.has(i)) {
      [best, least] = [i, value];
    }
  });
  return best;
}

/** Goes from x to the minimum over the free variables, and holds at 0 those that would turn negative on the way. */
function towardsMinimum(h: Matrix, f: readonly number[], from: readonly number[], free: Set<number>): number[] {
  let x = [...from];
  while (free.size > 0) {
    const order = [...free];
    const solved = solvePositive(
      order.map((i) => order.map((j) => entry(h, i, j))),
      order.map((i) => -(f[i] ?? 0)),
    );
    const target = x.map(() => 0);
    order.forEach((i, k) => (target[i] = solved[k] ?? 0));
    const negative = order.filter((i) => (target[i] ?? 0) <= 0);
    if (negative.length === 0) {
      return target;
    }
    const part = Math.min(...negative.map((i) => ratio(x[i] ?? 0, (x[i] ?? 0) - (target[i] ?? 0))));
    x = x.map((value, i) => value + part * ((target[i] ?? 0) - value));
    for (const i of negative) {
      if ((x[i] ?? 0) <= 1e-15 || part === 0) {
        x[i] = 0;
        free.delete(i);
      }
    }
  }
  return x;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Solves a symmetric system by Cholesky's factors; what depends on rows before it stays 0. */
export function solvePositive(matrix: Matrix, right: readonly number[]): number[] {
  const size = right.length;
  const rows: number[][] = [];
  for (let i = 0; i < size; i++) {
    const row: number[] = [];
    for (let j = 0; j <= i; j++) {
      const rest = entry(matrix, i, j) - dot(row.slice(0, j), rows[j] ?? row);
      const pivot = j < i ? entry(rows, j, j) : 0;
      const own = rest > 1e-14 * Math.abs(entry(matrix, i, i)) ? Math.sqrt(rest) : 0;
      row.push(j === i ? own : pivot === 0 ? 0 : rest / pivot);
    }
    rows.push(row);
  }
  const y: number[] = [];
  rows.forEach((row, i) => {
    const rest = (right[i] ?? 0) - dot(row.slice(0, i), y);
    y.push(entry(rows, i, i) === 0 ? 0 : rest / entry(rows, i, i));
  });
  const x = y.map(() => 0);
  for (let i = size - 1; i >= 0; i--) {
    const rest =
      (y[i] ?? 0) - rows.slice(i + 1).reduce((total, row, k) => total + (row[i] ?? 0) * (x[i + 1 + k] ?? 0), 0);
    x[i] = entry(rows, i, i) === 0 ? 0 : rest / entry(rows, i, i);
  }
  return x;
}
