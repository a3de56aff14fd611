// The product of two matrices, either of which may be stored transposed: C = op(A) · op(B), or C += op(A) · op(B).
// Blocked as in Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008): blocks of both
// matrices are packed into panels, whichever way they are stored, and a tile of results is kept in registers.
import { packColumns, packRows } from './packing';
import { TILE_COLUMNS, TILE_ROWS, tile } from './tile';

/** Blocks: a panel of B stays in the first cache, a block of A in the second. */
const DEPTH: usize = 256;
const ROWS: usize = 96;
const COLUMNS: usize = 1024;

/** How many bytes of working memory `multiply` needs for matrices of these sizes. */
export function multiplyMemory(m: usize, n: usize, k: usize): usize {
  const depth = min(k, DEPTH);
  return (blockRows(m) * depth + blockColumns(n) * depth + TILE_ROWS * TILE_COLUMNS) << 2;
}

function blockRows(m: usize): usize {
  return min(ROWS, (m + TILE_ROWS - 1) & ~(TILE_ROWS - 1));
}

function blockColumns(n: usize): usize {
  return min(COLUMNS, (n + TILE_COLUMNS - 1) & ~(TILE_COLUMNS - 1));
}

/**
 * @param a [m, k], or [k, m] where transposeA
 * @param b [k, n], or [n, k] where transposeB
 * @param c [m, n]
 * @param accumulate whether the product is added to c
 * @param working `multiplyMemory(m, n, k)` bytes
 */
export function multiply(
  a: usize,
  b: usize,
  c: usize,
  m: usize,
  n: usize,
  k: usize,
  transposeA: bool,
  transposeB: bool,
  accumulate: bool,
  working: usize,
): void {
  if (k == 0) {
    if (!accumulate) {
      memory.fill(c, 0, (m * n) << 2);
    }
    return;
  }
  const packedA = working;
  const packedB = packedA + ((blockRows(m) * min(k, DEPTH)) << 2);
  const edge = packedB + ((blockColumns(n) * min(k, DEPTH)) << 2);
  for (let j: usize = 0; j < n; j += COLUMNS) {
    const columns = min(COLUMNS, n - j);
    for (let p: usize = 0; p < k; p += DEPTH) {
      const depth = min(DEPTH, k - p);
      if (transposeB) {
        packRows(b + ((j * k + p) << 2), k << 2, columns, depth, TILE_COLUMNS, packedB);
      } else {
        packColumns(b + ((p * n + j) << 2), n << 2, columns, depth, TILE_COLUMNS, packedB);
      }
      const adds = accumulate || p > 0;
      for (let i: usize = 0; i < m; i += ROWS) {
        const rows = min(ROWS, m - i);
        if (transposeA) {
          packColumns(a + ((p * m + i) << 2), m << 2, rows, depth, TILE_ROWS, packedA);
        } else {
          packRows(a + ((i * k + p) << 2), k << 2, rows, depth, TILE_ROWS, packedA);
        }
        block(packedA, packedB, c + ((i * n + j) << 2), rows, columns, depth, n << 2, adds, edge);
      }
    }
  }
}

function block(
  packedA: usize,
  packedB: usize,
  c: usize,
  rows: usize,
  columns: usize,
  depth: usize,
  stride: usize,
  adds: bool,
  edge: usize,
): void {
  for (let j: usize = 0; j < columns; j += TILE_COLUMNS) {
    const panelB = packedB + ((j * depth) << 2);
    for (let i: usize = 0; i < rows; i += TILE_ROWS) {
      const panelA = packedA + ((i * depth) << 2);
      const to = c + i * stride + (j << 2);
      if (i + TILE_ROWS <= rows && j + TILE_COLUMNS <= columns) {
        tile(panelA, panelB, depth, to, stride, adds);
      } else {
        tile(panelA, panelB, depth, edge, TILE_COLUMNS << 2, false);
        copyEdge(edge, to, stride, min(TILE_ROWS, rows - i), min(TILE_COLUMNS, columns - j), adds);
      }
    }
  }
}

function copyEdge(edge: usize, to: usize, stride: usize, rows: usize, columns: usize, adds: bool): void {
  for (let i: usize = 0; i < rows; i++) {
    for (let j: usize = 0; j < columns; j++) {
      const value = load<f32>(edge + ((i * TILE_COLUMNS + j) << 2));
      const at = to + i * stride + (j << 2);
      store<f32>(at, adds ? load<f32>(at) + value : value);
    }
  }
}
