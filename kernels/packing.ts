// Packing: a block of a matrix as panels of 4 or 8 numbers side by side, in the order in which a tile reads them.
// What a panel has no numbers for is 0.

/**
 * Packs a matrix whose panel numbers stand side by side in memory: panel[k][i] = source[k][i].
 * @param stride bytes from one k to the next
 * @param count how many i there are
 * @param depth how many k there are
 * @param width how many numbers a panel has: 4 or 8
 */
export function packColumns(source: usize, stride: usize, count: usize, depth: usize, width: usize, to: usize): void {
  const step = width << 2;
  let first: usize = 0;
  for (; first + width <= count; first += width) {
    let from = source + (first << 2);
    const end = to + depth * step;
    if (width == 8) {
      for (; to < end; to += 32) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        from += stride;
      }
    } else {
      for (; to < end; to += 16) {
        v128.store(to, v128.load(from));
        from += stride;
      }
    }
  }
  if (first < count) {
    const rest = count - first;
    let from = source + (first << 2);
    memory.fill(to, 0, depth * step);
    for (let k: usize = 0; k < depth; k++) {
      for (let i: usize = 0; i < rest; i++) {
        store<f32>(to + (i << 2), load<f32>(from + (i << 2)));
      }
      from += stride;
      to += step;
    }
  }
}

/**
 * Packs a matrix whose panel numbers stand below one another: panel[k][i] = source[i][k].
 * @param stride bytes from one i to the next
 */
export function packRows(source: usize, stride: usize, count: usize, depth: usize, width: usize, to: usize): void {
  const step = width << 2;
  for (let first: usize = 0; first < count; first += width) {
    const from = source + first * stride;
    const rest = count - first;
    if (rest >= width) {
      transposeFour(from, stride, depth, to, step);
      if (width == 8) {
        transposeFour(from + (stride << 2), stride, depth, to + 16, step);
      }
    } else {
      memory.fill(to, 0, depth * step);
      for (let i: usize = 0; i < rest; i++) {
        copyRow(from + i * stride, depth, to + (i << 2), step);
      }
    }
    to += depth * step;
  }
}

function transposeFour(r0: usize, stride: usize, depth: usize, to: usize, step: usize): void {
  let r1 = r0 + stride;
  let r2 = r1 + stride;
  let r3 = r2 + stride;
  let k: usize = 0;
  for (; k + 4 <= depth; k += 4) {
    const a = v128.load(r0);
    const b = v128.load(r1);
    const c = v128.load(r2);
    const d = v128.load(r3);
    const lowAB = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const lowCD = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const highAB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const highCD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(lowAB, lowCD, 0, 2));
    to += step;
    v128.store(to, v128.shuffle<i64>(lowAB, lowCD, 1, 3));
    to += step;
    v128.store(to, v128.shuffle<i64>(highAB, highCD, 0, 2));
    to += step;
    v128.store(to, v128.shuffle<i64>(highAB, highCD, 1, 3));
    to += step;
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
  }
  for (; k < depth; k++) {
    store<f32>(to, load<f32>(r0));
    store<f32>(to, load<f32>(r1), 4);
    store<f32>(to, load<f32>(r2), 8);
    store<f32>(to, load<f32>(r3), 12);
    to += step;
    r0 += 4;
    r1 += 4;
    r2 += 4;
    r3 += 4;
  }
}

function copyRow(from: usize, depth: usize, to: usize, step: usize): void {
  for (let k: usize = 0; k < depth; k++) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += step;
  }
}
