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
    const numbers = min(BLOCK, length - first);
    for (let row: usize = 0; row < count; row++) {
      const from = <usize>load<u32>(rows + (row << 2)) + (first << 2);
      widen(from, numbers, metric === 0 ? 0 : metric + (first << 3), working + row * STRIDE);
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
 * to[k] = 1 / (sqrt((decay · moments[k] + gain · g[k]^2) / divisor + inside) + outside), in 64 bits: how Adam, RMSProp and
 * Adagrad scale a gradient.
 * @param moments address, or 0: all are `initial`
 */
export function rootMetric(
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
  const one = f64x2.splat(1);
  const decays = f64x2.splat(decay);
  const gains = f64x2.splat(gain);
  const divisors = f64x2.splat(divisor);
  let moment = f64x2.splat(initial);
  let k: usize = 0;
  for (; k + 2 <= length; k += 2) {
    const g = f64x2.promote_low_f32x4(v128.load64_zero(gradient + (k << 2)));
    if (moments !== 0) {
      moment = f64x2.promote_low_f32x4(v128.load64_zero(moments + (k << 2)));
    }
    const second = f64x2.add(f64x2.mul(moment, decays), f64x2.mul(f64x2.mul(g, g), gains));
    const root = f64x2.sqrt(f64x2.add(f64x2.div(second, divisors), f64x2.splat(inside)));
    v128.store(to + (k << 3), f64x2.div(one, f64x2.add(root, f64x2.splat(outside))));
  }
  if (k < length) {
    const g = <f64>load<f32>(gradient + (k << 2));
    const last = moments === 0 ? initial : <f64>load<f32>(moments + (k << 2));
    store<f64>(to + (k << 3), 1 / (sqrt((last * decay + g * g * gain) / divisor + inside) + outside));
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
