// Inner products of gradients, in 64 bits: at a scale gap of 10^6 the squares of 32 bits would lose the small task.

/** Numbers of each row that are worked on at once: the blocks of all rows together stay in the cache. */
const BLOCK: usize = 256;

/** Bytes from one row's block to the next one's. */
const STRIDE: usize = BLOCK << 3;

/**
 * Adds the inner products of rows to their Gram matrix: to[pair] += sum over k of metric[k]^2 x_i[k] x_j[k], upper triangle
 * row by row, diagonal included.
 * @param rows count addresses of 32 bits, each of `length` numbers
 * @param metric a number of 64 bits for each column; 0: all are 1
 * @param to count · (count + 1) / 2 numbers of 64 bits
 * @param working (count + 1) · 256 numbers of 64 bits
 */
export function gram(rows: usize, count: usize, length: usize, metric: usize, to: usize, working: usize): void {
  for (let first: usize = 0; first < length; first += BLOCK) {
    addBlock(rows, count, first, min(BLOCK, length - first), metric === 0 ? 0 : metric + (first << 3), to, working);
  }
}

/**
 * The same in a metric of `rootMetric`, which is worked out block by block and kept nowhere.
 * @param scale 256 numbers of 64 bits
 */
export function rootGram(
  rows: usize,
  count: usize,
  length: usize,
  to: usize,
  working: usize,
  scale: usize,
  moments: usize,
  initial: f64,
  gradient: usize,
  decay: f64,
  gain: f64,
  divisor: f64,
  inside: f64,
  outside: f64,
): void {
  for (let first: usize = 0; first < length; first += BLOCK) {
    const numbers = min(BLOCK, length - first);
    const bytes = first << 2;
    const moment = moments === 0 ? 0 : moments + bytes;
    rootMetric(moment, initial, gradient + bytes, scale, numbers, decay, gain, divisor, inside, outside);
    addBlock(rows, count, first, numbers, scale, to, working);
  }
}

/** One block of all rows: its numbers from `first` on. */
function addBlock(
  rows: usize,
  count: usize,
  first: usize,
  numbers: usize,
  metric: usize,
  to: usize,
  working: usize,
): void {
  for (let row: usize = 0; row < count; row++) {
    widen(<usize>load<u32>(rows + (row << 2)) + (first << 2), numbers, metric, working + row * STRIDE);
  }
  // Four numbers are taken at once: what is left over is 0.
  const bytes = ((numbers + 3) >> 2) << 5;
  // Two rows with two others: each number that is fetched is used twice.
  for (let i: usize = 0; i < count; i += 2) {
    for (let j = i; j < count; j += 2) {
      addPairs(i, j, count, bytes, to, working);
    }
  }
}

/** Up to BLOCK numbers as 64 bits, each times its metric, filled up with 0 to a multiple of four. */
function widen(from: usize, count: usize, metric: usize, to: usize): void {
  const end = from + (count << 2);
  if (metric === 0) {
    for (; from + 8 <= end; from += 8, to += 16) {
      v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)));
    }
  } else {
    for (; from + 8 <= end; from += 8, to += 16, metric += 16) {
      v128.store(to, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(from)), v128.load(metric)));
    }
  }
  if (from < end) {
    store<f64>(to, <f64>load<f32>(from) * (metric === 0 ? 1 : load<f64>(metric)));
    store<f64>(to, 0, 8);
    to += 16;
  }
  if (((count + 1) >> 1) & 1) {
    v128.store(to, f64x2.splat(0));
  }
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
  if (i < j) {
    add(to, i + 1, j, count, sum2);
  }
  add(to, i + 1, j + 1, count, sum3);
}

/** Adds both halves of a sum to the number of a pair, i <= j, if there are such rows. */
function add(to: usize, i: usize, j: usize, count: usize, sum: v128): void {
  if (j >= count) {
    return;
  }
  const pair = to + ((i * count - ((i * (i + 1)) >> 1) + j) << 3);
  store<f64>(pair, load<f64>(pair) + f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
}

/**
 * to[k] = 1 / (sqrt((decay · moments[k] + gain · g[k]^2) / divisor + inside) + outside), as 64 bits: how Adam, RMSProp and
 * Adagrad scale a gradient. Root and quotient are of 32 bits, as in the optimizers themselves: those of 64 take longer.
 * @param moments address, or 0: all are `initial`
 */
function rootMetric(
  moments: usize,
  initial: f64,
  gradient: usize,
  to: usize,
  length: usize,
  decay: f64,
  gain: f64,
  divisor: f64,
  inside: f64,
  outside: f64,
): void {
  const decays = f64x2.splat(decay / divisor);
  const gains = f64x2.splat(gain / divisor);
  const insides = f64x2.splat(inside);
  const outsides = f32x4.splat(<f32>outside);
  const ones = f32x4.splat(1);
  let first = f64x2.splat(initial);
  let second = first;
  let k: usize = 0;
  for (; k + 4 <= length; k += 4) {
    const from = gradient + (k << 2);
    const g = f64x2.promote_low_f32x4(v128.load64_zero(from));
    const h = f64x2.promote_low_f32x4(v128.load64_zero(from, 8));
    if (moments !== 0) {
      first = f64x2.promote_low_f32x4(v128.load64_zero(moments + (k << 2)));
      second = f64x2.promote_low_f32x4(v128.load64_zero(moments + (k << 2), 8));
    }
    const low = f64x2.add(f64x2.add(f64x2.mul(first, decays), f64x2.mul(f64x2.mul(g, g), gains)), insides);
    const high = f64x2.add(f64x2.add(f64x2.mul(second, decays), f64x2.mul(f64x2.mul(h, h), gains)), insides);
    const four = i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
    const scale = f32x4.div(ones, f32x4.add(f32x4.sqrt(four), outsides));
    v128.store(to + (k << 3), f64x2.promote_low_f32x4(scale));
    v128.store(to + (k << 3), f64x2.promote_low_f32x4(i64x2.shuffle(scale, scale, 1, 1)), 16);
  }
  for (; k < length; k++) {
    const g = <f64>load<f32>(gradient + (k << 2));
    const moment = moments === 0 ? initial : <f64>load<f32>(moments + (k << 2));
    const square = <f32>((moment * decay + g * g * gain) / divisor + inside);
    store<f64>(to + (k << 3), <f64>(<f32>1 / (sqrt<f32>(square) + <f32>outside)));
  }
}

/** The sum of squares, in 64 bits. */
export function squaredNorm(x: usize, length: usize): f64 {
  const end = x + (length << 2);
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  for (; x + 16 <= end; x += 16) {
    const first = f64x2.promote_low_f32x4(v128.load64_zero(x));
    const second = f64x2.promote_low_f32x4(v128.load64_zero(x, 8));
    even = f64x2.add(even, f64x2.mul(first, first));
    odd = f64x2.add(odd, f64x2.mul(second, second));
  }
  let rest: f64 = 0;
  for (; x < end; x += 4) {
    const one = <f64>load<f32>(x);
    rest += one * one;
  }
  const sum = f64x2.add(even, odd);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1) + rest;
}

/** to[j] = 1 where a number of column j is above 0, or is none, else 0; 32 bits each. */
export function aliveColumns(x: usize, to: usize, rows: usize, columns: usize): void {
  const stride = columns << 2;
  const end = x + rows * stride;
  let column: usize = 0;
  // A line of the cache has 16 numbers: all of them while it is there.
  for (; column + 16 <= columns; column += 16) {
    const zero = f32x4.splat(0);
    let first = i32x4.splat(-1);
    let second = first;
    let third = first;
    let fourth = first;
    for (let from = x + (column << 2); from < end; from += stride) {
      first = v128.and(first, f32x4.le(v128.load(from), zero));
      second = v128.and(second, f32x4.le(v128.load(from, 16), zero));
      third = v128.and(third, f32x4.le(v128.load(from, 32), zero));
      fourth = v128.and(fourth, f32x4.le(v128.load(from, 48), zero));
    }
    const alive = to + (column << 2);
    v128.store(alive, v128.andnot(i32x4.splat(1), first));
    v128.store(alive, v128.andnot(i32x4.splat(1), second), 16);
    v128.store(alive, v128.andnot(i32x4.splat(1), third), 32);
    v128.store(alive, v128.andnot(i32x4.splat(1), fourth), 48);
  }
  for (; column + 4 <= columns; column += 4) {
    let silent = i32x4.splat(-1);
    for (let from = x + (column << 2); from < end; from += stride) {
      silent = v128.and(silent, f32x4.le(v128.load(from), f32x4.splat(0)));
    }
    v128.store(to + (column << 2), v128.andnot(i32x4.splat(1), silent));
  }
  for (; column < columns; column++) {
    let alive: i32 = 0;
    for (let from = x + (column << 2); from < end; from += stride) {
      alive |= i32(!(load<f32>(from) <= 0));
    }
    store<i32>(to + (column << 2), alive);
  }
}

/** True where no number is NaN or infinite: x - x is 0 for every other. */
export function allFinite(x: usize, length: usize): bool {
  const end = x + (length << 2);
  let found = f32x4.splat(0);
  for (; x + 16 <= end; x += 16) {
    const four = v128.load(x);
    found = v128.or(found, f32x4.sub(four, four));
  }
  let rest: f32 = 0;
  for (; x < end; x += 4) {
    const one = load<f32>(x);
    rest += one - one;
  }
  return !v128.any_true(found) && rest === 0;
}

/** to[0] = |after - before|^2, to[1] = |before|^2, in 64 bits. */
export function change(before: usize, after: usize, length: usize, to: usize): void {
  const end = before + (length << 2);
  let moved = f64x2.splat(0);
  let size = f64x2.splat(0);
  for (; before + 8 <= end; before += 8, after += 8) {
    const from = f64x2.promote_low_f32x4(v128.load64_zero(before));
    const by = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(after)), from);
    moved = f64x2.add(moved, f64x2.mul(by, by));
    size = f64x2.add(size, f64x2.mul(from, from));
  }
  let lastMoved: f64 = 0;
  let lastSize: f64 = 0;
  if (before < end) {
    const from = <f64>load<f32>(before);
    const by = <f64>load<f32>(after) - from;
    lastMoved = by * by;
    lastSize = from * from;
  }
  store<f64>(to, f64x2.extract_lane(moved, 0) + f64x2.extract_lane(moved, 1) + lastMoved);
  store<f64>(to, f64x2.extract_lane(size, 0) + f64x2.extract_lane(size, 1) + lastSize, 8);
}
