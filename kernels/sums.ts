/** Rows that are added up by themselves first, so that rounding errors do not add up over all. */
const ROWS: usize = 128;

/** to[j] = sum over i of x[i][j] */
export function sumRows(x: usize, to: usize, rows: usize, columns: usize): void {
  const stride = columns << 2;
  const end = x + rows * stride;
  let column: usize = 0;
  // 16 columns are one line of the cache.
  for (; column + 16 <= columns; column += 16) {
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    for (let from = x + (column << 2); from < end;) {
      const endOfBlock = min(end, from + ROWS * stride);
      let block0 = f32x4.splat(0);
      let block1 = f32x4.splat(0);
      let block2 = f32x4.splat(0);
      let block3 = f32x4.splat(0);
      for (; from < endOfBlock; from += stride) {
        block0 = f32x4.add(block0, v128.load(from));
        block1 = f32x4.add(block1, v128.load(from, 16));
        block2 = f32x4.add(block2, v128.load(from, 32));
        block3 = f32x4.add(block3, v128.load(from, 48));
      }
      sum0 = f32x4.add(sum0, block0);
      sum1 = f32x4.add(sum1, block1);
      sum2 = f32x4.add(sum2, block2);
      sum3 = f32x4.add(sum3, block3);
    }
    const at = to + (column << 2);
    v128.store(at, sum0);
    v128.store(at, sum1, 16);
    v128.store(at, sum2, 32);
    v128.store(at, sum3, 48);
  }
  for (; column < columns; column++) {
    let sum: f32 = 0;
    for (let from = x + (column << 2); from < end;) {
      const endOfBlock = min(end, from + ROWS * stride);
      let block: f32 = 0;
      for (; from < endOfBlock; from += stride) {
        block += load<f32>(from);
      }
      sum += block;
    }
    store<f32>(to + (column << 2), sum);
  }
}
