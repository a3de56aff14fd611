// Inner products of gradients as they are and as an optimizer scales them, in one pass: a number that was fetched serves both.
import { add, BLOCK, STRIDE, widenRows } from './gram';

/**
 * Adds the inner products of rows to their Gram matrix as `gram` does, and beside it those in a metric:
 * metricTo[pair] += sum over k of metric[k]^2 x_i[k] x_j[k].
 * @param squares metric[k]^2, of 64 bits, filled up with 0 to a multiple of four
 */
export function grams(
  rows: usize,
  count: usize,
  length: usize,
  squares: usize,
  to: usize,
  metricTo: usize,
  working: usize,
): void {
  for (let first: usize = 0; first < length; first += BLOCK) {
    const bytes = widenRows(rows, count, first, min(BLOCK, length - first), working);
    addBoth(count, bytes, squares + (first << 3), to, metricTo, working);
  }
}

/**
 * The same in a metric of `rootMetric`, which is worked out block by block and kept nowhere.
 * @param squares room for 256 numbers of 64 bits
 */
export function rootGrams(
  rows: usize,
  count: usize,
  length: usize,
  to: usize,
  metricTo: usize,
  working: usize,
  squares: usize,
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
    const from = first << 2;
    const moment = moments === 0 ? 0 : moments + from;
    rootMetric(moment, initial, gradient + from, squares, numbers, decay, gain, divisor, inside, outside);
    const bytes = widenRows(rows, count, first, numbers, working);
    addBoth(count, bytes, squares, to, metricTo, working);
  }
}

/** One block's products of all rows, as they are and in the metric. */
function addBoth(count: usize, bytes: usize, squares: usize, to: usize, metricTo: usize, working: usize): void {
  for (let i: usize = 0; i < count; i += 2) {
    if (i + 1 === count) {
      addLastTwice(i, count, bytes, squares, to, metricTo, working);
      continue;
    }
    addDiagonalTwice(i, count, bytes, squares, to, metricTo, working);
    for (let j = i + 2; j < count; j += 2) {
      addPairsTwice(i, j, count, bytes, squares, to, metricTo, working);
    }
  }
}

/** The last row with itself, where it has no other beside it. */
function addLastTwice(
  i: usize,
  count: usize,
  bytes: usize,
  squares: usize,
  to: usize,
  metricTo: usize,
  working: usize,
): void {
  let a = working + i * STRIDE;
  const end = a + bytes;
  let sum = f64x2.splat(0);
  let scaled = f64x2.splat(0);
  for (; a < end; a += 16, squares += 16) {
    const first = v128.load(a);
    const product = f64x2.mul(first, first);
    sum = f64x2.add(sum, product);
    scaled = f64x2.add(scaled, f64x2.mul(product, v128.load(squares)));
  }
  add(to, i, i, count, sum);
  add(metricTo, i, i, count, scaled);
}

function addDiagonalTwice(
  i: usize,
  count: usize,
  bytes: usize,
  squares: usize,
  to: usize,
  metricTo: usize,
  working: usize,
): void {
  let a = working + i * STRIDE;
  const end = a + bytes;
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let scaled0 = f64x2.splat(0);
  let scaled1 = f64x2.splat(0);
  let scaled2 = f64x2.splat(0);
  for (; a < end; a += 16, squares += 16) {
    const first = v128.load(a);
    const second = v128.load(a, STRIDE);
    const square = v128.load(squares);
    const product0 = f64x2.mul(first, first);
    const product1 = f64x2.mul(first, second);
    const product2 = f64x2.mul(second, second);
    sum0 = f64x2.add(sum0, product0);
    sum1 = f64x2.add(sum1, product1);
    sum2 = f64x2.add(sum2, product2);
    scaled0 = f64x2.add(scaled0, f64x2.mul(product0, square));
    scaled1 = f64x2.add(scaled1, f64x2.mul(product1, square));
    scaled2 = f64x2.add(scaled2, f64x2.mul(product2, square));
  }
  add(to, i, i, count, sum0);
  add(to, i, i + 1, count, sum1);
  add(to, i + 1, i + 1, count, sum2);
  add(metricTo, i, i, count, scaled0);
  add(metricTo, i, i + 1, count, scaled1);
  add(metricTo, i + 1, i + 1, count, scaled2);
}

function addPairsTwice(
  i: usize,
  j: usize,
  count: usize,
  bytes: usize,
  squares: usize,
  to: usize,
  metricTo: usize,
  working: usize,
): void {
  let a = working + i * STRIDE;
  let b = working + j * STRIDE;
  const end = a + bytes;
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let sum2 = f64x2.splat(0);
  let sum3 = f64x2.splat(0);
  let scaled0 = f64x2.splat(0);
  let scaled1 = f64x2.splat(0);
  let scaled2 = f64x2.splat(0);
  let scaled3 = f64x2.splat(0);
  for (; a < end; a += 16, b += 16, squares += 16) {
    const first = v128.load(a);
    const second = v128.load(a, STRIDE);
    const third = v128.load(b);
    const fourth = v128.load(b, STRIDE);
    const square = v128.load(squares);
    const product0 = f64x2.mul(first, third);
    const product1 = f64x2.mul(first, fourth);
    const product2 = f64x2.mul(second, third);
    const product3 = f64x2.mul(second, fourth);
    sum0 = f64x2.add(sum0, product0);
    sum1 = f64x2.add(sum1, product1);
    sum2 = f64x2.add(sum2, product2);
    sum3 = f64x2.add(sum3, product3);
    scaled0 = f64x2.add(scaled0, f64x2.mul(product0, square));
    scaled1 = f64x2.add(scaled1, f64x2.mul(product1, square));
    scaled2 = f64x2.add(scaled2, f64x2.mul(product2, square));
    scaled3 = f64x2.add(scaled3, f64x2.mul(product3, square));
  }
  add(to, i, j, count, sum0);
  add(to, i, j + 1, count, sum1);
  add(to, i + 1, j, count, sum2);
  add(to, i + 1, j + 1, count, sum3);
  add(metricTo, i, j, count, scaled0);
  add(metricTo, i, j + 1, count, scaled1);
  add(metricTo, i + 1, j, count, scaled2);
  add(metricTo, i + 1, j + 1, count, scaled3);
}

/**
 * to[k] = p^2, p = 1 / (sqrt((decay · moments[k] + gain · g[k]^2) / divisor + inside) + outside), as 64 bits: how Adam, RMSProp
 * and Adagrad scale a gradient. Root and quotient are of 32 bits, as in the optimizers themselves: those of 64 take longer.
 * Filled up with 0 to a multiple of four.
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
    const front = f64x2.promote_low_f32x4(scale);
    const back = f64x2.promote_low_f32x4(i64x2.shuffle(scale, scale, 1, 1));
    v128.store(to + (k << 3), f64x2.mul(front, front));
    v128.store(to + (k << 3), f64x2.mul(back, back), 16);
  }
  for (; k < length; k++) {
    const g = <f64>load<f32>(gradient + (k << 2));
    const moment = moments === 0 ? initial : <f64>load<f32>(moments + (k << 2));
    const square = <f32>((moment * decay + g * g * gain) / divisor + inside);
    const scale = <f64>(<f32>1 / (sqrt<f32>(square) + <f32>outside));
    store<f64>(to + (k << 3), scale * scale);
  }
  for (; k & 3; k++) {
    store<f64>(to + (k << 3), 0);
  }
}
