/** Rows and columns of a tile: 8 registers of sums, 2 of B and 1 of A. More of either was slower, unrolling too. */
export const TILE_ROWS: usize = 4;
export const TILE_COLUMNS: usize = 8;

/**
 * c = panelA · panelB, or c += panelA · panelB, for one tile of c.
 * @param a depth x 4 numbers
 * @param b depth x 8 numbers
 * @param stride bytes from one row of c to the next
 */
export function tile(a: usize, b: usize, depth: usize, c: usize, stride: usize, adds: bool): void {
  let left0 = f32x4.splat(0);
  let right0 = f32x4.splat(0);
  let left1 = f32x4.splat(0);
  let right1 = f32x4.splat(0);
  let left2 = f32x4.splat(0);
  let right2 = f32x4.splat(0);
  let left3 = f32x4.splat(0);
  let right3 = f32x4.splat(0);
  const end = a + depth * (TILE_ROWS << 2);
  while (a < end) {
    const left = v128.load(b);
    const right = v128.load(b, 16);
    const x0 = v128.load_splat<f32>(a);
    left0 = f32x4.add(left0, f32x4.mul(x0, left));
    right0 = f32x4.add(right0, f32x4.mul(x0, right));
    const x1 = v128.load_splat<f32>(a, 4);
    left1 = f32x4.add(left1, f32x4.mul(x1, left));
    right1 = f32x4.add(right1, f32x4.mul(x1, right));
    const x2 = v128.load_splat<f32>(a, 8);
    left2 = f32x4.add(left2, f32x4.mul(x2, left));
    right2 = f32x4.add(right2, f32x4.mul(x2, right));
    const x3 = v128.load_splat<f32>(a, 12);
    left3 = f32x4.add(left3, f32x4.mul(x3, left));
    right3 = f32x4.add(right3, f32x4.mul(x3, right));
    a += TILE_ROWS << 2;
    b += TILE_COLUMNS << 2;
  }
  putRow(c, left0, right0, adds);
  c += stride;
  putRow(c, left1, right1, adds);
  c += stride;
  putRow(c, left2, right2, adds);
  c += stride;
  putRow(c, left3, right3, adds);
}

function putRow(to: usize, left: v128, right: v128, adds: bool): void {
  if (adds) {
    left = f32x4.add(v128.load(to), left);
    right = f32x4.add(v128.load(to, 16), right);
  }
  v128.store(to, left);
  v128.store(to, right, 16);
}
