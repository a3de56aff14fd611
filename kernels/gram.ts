// Inner products of gradients, in 64 bits: at a scale gap of 10^6 the squares of 32 bits would lose the small task.

/** Numbers of each row that are worked on at once: the blocks of all rows together stay in the cache. */
export const BLOCK: usize = 256;

/** Bytes from one row's block to the next one's. */
export const STRIDE: usize = BLOCK << 3;

/**
 * Adds the inner products of rows to their Gram matrix: to[pair] += sum over k of x_i[k] x_j[k], upper triangle row by row,
 * diagonal included.
 * @param rows count addresses of 32 bits, each of `length` numbers
 * @param to count · (count + 1) / 2 numbers of 64 bits
 * @param working (count + 1) · 256 numbers of 64 bits
 */
export function gram(rows: usize, count: usize, length: usize, to: usize, working: usize): void {
  for (let first: usize = 0; first < length; first += BLOCK) {
    const bytes = widenRows(rows, count, first, min(BLOCK, length - first), working);
    for (let i: usize = 0; i < count; i += 2) {
      addDiagonal(i, count, bytes, to, working);
      // Two rows with two others: each number that is fetched is used twice.
      for (let j = i + 2; j < count; j += 2) {
        addPairs(i, j, count, bytes, to, working);
      }
    }
  }
}

/** One block of all rows as 64 bits, from `first` on. Four numbers are taken at once: what is left over is 0. Returns its bytes. */
export function widenRows(rows: usize, count: usize, first: usize, numbers: usize, working: usize): usize {
  for (let row: usize = 0; row < count; row++) {
    widen(<usize>load<u32>(rows + (row << 2)) + (first << 2), numbers, working + row * STRIDE);
  }
  return ((numbers + 3) >> 2) << 5;
}

/** Up to BLOCK numbers as 64 bits, filled up with 0 to a multiple of four. */
function widen(from: usize, count: usize, to: usize): void {
  const end = from + (count << 2);
  for (; from + 8 <= end; from += 8, to += 16) {
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)));
  }
  if (from < end) {
    store<f64>(to, <f64>load<f32>(from));
    store<f64>(to, 0, 8);
    to += 16;
  }
  if (((count + 1) >> 1) & 1) {
    v128.store(to, f64x2.splat(0));
  }
}

/** The products of row i with itself and with i + 1, and of that with itself, as far as there are such rows, over one block. */
function addDiagonal(i: usize, count: usize, bytes: usize, to: usize, working: usize): void {
  let a = working + i * STRIDE;
  const end = a + bytes;
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  for (; a < end; a += 32) {
    const first = v128.load(a);
    const second = v128.load(a, STRIDE);
    sum0 = f64x2.add(sum0, f64x2.mul(first, first));
    sum1 = f64x2.add(sum1, f64x2.mul(first, second));
    sum2 = f64x2.add(sum2, f64x2.mul(second, second));
    const third = v128.load(a, 16);
    const fourth = v128.load(a, STRIDE + 16);
    sum0 = f64x2.add(sum0, f64x2.mul(third, third));
    sum1 = f64x2.add(sum1, f64x2.mul(third, fourth));
    sum2 = f64x2.add(sum2, f64x2.mul(fourth, fourth));
  }
  add(to, i, i, count, sum0);
  add(to, i, i + 1, count, sum1);
  add(to, i + 1, i + 1, count, sum2);
}

/** The products of rows i and i + 1 with rows j and j + 1, as far as there are such rows, over one block. */
function addPairs(i: usize, j: usize, count: usize, bytes: usize, to: usize, working: usize): void {
  let a = working + i * STRIDE;
  let b = working + j * STRIDE;
  const end = a + bytes;
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let sum3 = f64x2.splat(0);
  for (; a < end; a += 32, b += 32) {
    const first = v128.load(a);
    const second = v128.load(a, STRIDE);
    const third = v128.load(b);
    const fourth = v128.load(b, STRIDE);
    sum0 = f64x2.add(sum0, f64x2.mul(first, third));
    sum1 = f64x2.add(sum1, f64x2.mul(first, fourth));
    sum2 = f64x2.add(sum2, f64x2.mul(second, third));
    sum3 = f64x2.add(sum3, f64x2.mul(second, fourth));
    const fifth = v128.load(a, 16);
    const sixth = v128.load(a, STRIDE + 16);
    const seventh = v128.load(b, 16);
    const eighth = v128.load(b, STRIDE + 16);
    sum0 = f64x2.add(sum0, f64x2.mul(fifth, seventh));
    sum1 = f64x2.add(sum1, f64x2.mul(fifth, eighth));
    sum2 = f64x2.add(sum2, f64x2.mul(sixth, seventh));
    sum3 = f64x2.add(sum3, f64x2.mul(sixth, eighth));
  }
  add(to, i, j, count, sum0);
  add(to, i, j + 1, count, sum1);
  add(to, i + 1, j, count, sum2);
  add(to, i + 1, j + 1, count, sum3);
}

/** Adds both halves of a sum to the number of a pair, i <= j, if there are such rows. */
export function add(to: usize, i: usize, j: usize, count: usize, sum: v128): void {
  if (j >= count) {
    return;
  }
  const pair = to + ((i * count - ((i * (i + 1)) >> 1) + j) << 3);
  store<f64>(pair, load<f64>(pair) + f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
}
