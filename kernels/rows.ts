/** Adds a bias to every row, and lets nothing below `floor` through (-Infinity: everything). NaN stays NaN. */
export function finishRows(to: usize, bias: usize, rows: usize, columns: usize, floor: f32): void {
  const floors = f32x4.splat(floor);
  for (let row: usize = 0; row < rows; row++) {
    let from = bias;
    const end = bias + (columns << 2);
    for (; from + 16 <= end; from += 16, to += 16) {
      v128.store(to, f32x4.max(f32x4.add(v128.load(to), v128.load(from)), floors));
    }
    for (; from < end; from += 4, to += 4) {
      store<f32>(to, max<f32>(load<f32>(to) + load<f32>(from), floor));
    }
  }
}
