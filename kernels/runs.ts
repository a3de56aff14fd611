// Runs of numbers side by side in memory.

export function copyFloats(from: usize, to: usize, count: usize): void {
  const end = to + (count << 2);
  while (to + 16 <= end) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  while (to < end) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 4;
  }
}

/** to[i] += from[i] */
export function addFloats(from: usize, to: usize, count: usize): void {
  const end = to + (count << 2);
  while (to + 16 <= end) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    from += 16;
    to += 16;
  }
  while (to < end) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    from += 4;
    to += 4;
  }
}

/** to[i] += a[i] · b[i] */
export function addProducts(a: usize, b: usize, to: usize, count: usize): void {
  const end = to + (count << 2);
  while (to + 16 <= end) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(a), v128.load(b))));
    a += 16;
    b += 16;
    to += 16;
  }
  while (to < end) {
    store<f32>(to, load<f32>(to) + load<f32>(a) * load<f32>(b));
    a += 4;
    b += 4;
    to += 4;
  }
}
