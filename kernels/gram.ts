// Inner products of gradients, in 64 bits: at a scale gap of 10^6 the squares of 32 bits would lose the small task.

/** Numbers of each row that are worked on at once: the blocks of all rows together stay in the cache. */
const BLOCK: usize = 256;

/**
 * Adds the inner products of rows to their Gram matrix: to[pair] += sum over k of metric[k]^2 x_i[k] x_j[k], upper triangle
 * row by row, diagonal included.
 * @param rows count addresses of 32 bits, each of `length` numbers
 * @param metric a number of 64 bits for each column; 0: all are 1
 * @param to count · (count + 1) / 2 numbers of 64 bits
 * @param working count · 256 numbers of 64 bits
 */
export function gram(rows: usize, count: usize, length: usize, metric: usize, to: usize, working: usize): void {
  for (let first: usize = 0; first < length; first += BLOCK) {
    const numbers = min(BLOCK, length - first);
    for (let row: usize = 0; row < count; row++) {
      const from = <usize>load<u32>(rows + (row << 2)) + (first << 2);
      widen(from, numbers, metric === 0 ? 0 : metric + (first << 3), working + row * (BLOCK << 3));
    }
    let pair = to;
    for (let i: usize = 0; i < count; i++) {
      for (let j = i; j < count; j++, pair += 8) {
        const product = dot(working + i * (BLOCK << 3), working + j * (BLOCK << 3), numbers);
        store<f64>(pair, load<f64>(pair) + product);
      }
    }
  }
}

/** Up to BLOCK numbers as 64 bits, each times its metric; an odd one out is followed by 0. */
function widen(from: usize, count: usize, metric: usize, to: usize): void {
  const end = from + (count << 2);
  for (; from + 8 <= end; from += 8, to += 16) {
    let pair = f64x2.promote_low_f32x4(v128.load64_zero(from));
    if (metric !== 0) {
      pair = f64x2.mul(pair, v128.load(metric));
      metric += 16;
    }
    v128.store(to, pair);
  }
  if (from < end) {
    store<f64>(to, <f64>load<f32>(from) * (metric === 0 ? 1 : load<f64>(metric)));
    store<f64>(to, 0, 8);
  }
}

/** Two sums run side by side, since each addition waits for the one before it. */
function dot(a: usize, b: usize, count: usize): f64 {
  const end = a + (((count + 1) >> 1) << 4);
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  for (; a + 32 <= end; a += 32, b += 32) {
    even = f64x2.add(even, f64x2.mul(v128.load(a), v128.load(b)));
    odd = f64x2.add(odd, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
  }
  if (a < end) {
    even = f64x2.add(even, f64x2.mul(v128.load(a), v128.load(b)));
  }
  const sum = f64x2.add(even, odd);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
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
  for (let k: usize = 0; k < length; k++) {
    const g = <f64>load<f32>(gradient + (k << 2));
    const moment = moments === 0 ? initial : <f64>load<f32>(moments + (k << 2));
    store<f64>(to + (k << 3), 1 / (sqrt((moment * decay + g * g * gain) / divisor + inside) + outside));
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
