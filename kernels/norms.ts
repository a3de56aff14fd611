// What is said of all numbers of a tensor at once; sums in 64 bits.

/** Rows that are looked at before it is asked whether more have to be. */
const ROWS: usize = 16;

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
    for (let from = x + (column << 2); from < end;) {
      // Most units are alive on one of the first rows: once all are, the rest says nothing new.
      for (const until = min(end, from + ROWS * stride); from < until; from += stride) {
        first = v128.and(first, f32x4.le(v128.load(from), zero));
        second = v128.and(second, f32x4.le(v128.load(from, 16), zero));
        third = v128.and(third, f32x4.le(v128.load(from, 32), zero));
        fourth = v128.and(fourth, f32x4.le(v128.load(from, 48), zero));
      }
      if (!v128.any_true(v128.or(v128.or(first, second), v128.or(third, fourth)))) {
        break;
      }
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
  // A line of the cache at a time: it is asked at every step, of every gradient.
  let other = found;
  for (; x + 64 <= end; x += 64) {
    const first = v128.load(x);
    const second = v128.load(x, 16);
    const third = v128.load(x, 32);
    const fourth = v128.load(x, 48);
    found = v128.or(found, v128.or(f32x4.sub(first, first), f32x4.sub(second, second)));
    other = v128.or(other, v128.or(f32x4.sub(third, third), f32x4.sub(fourth, fourth)));
  }
  for (; x + 16 <= end; x += 16) {
    const four = v128.load(x);
    found = v128.or(found, f32x4.sub(four, four));
  }
  let rest: f32 = 0;
  for (; x < end; x += 4) {
    const one = load<f32>(x);
    rest += one - one;
  }
  return !v128.any_true(v128.or(found, other)) && rest === 0;
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
