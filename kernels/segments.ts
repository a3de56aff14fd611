/**
 * Adds up the rows of x that belong to the same segment; rows of no segment add to nothing. A row may be looked up
 * thousands of times: sums are kept in 64 bits and rounded once, some columns at a time.
 * @param x [rows, width] of f32, or of i32 where areIntegers
 * @param working segments · columnsAtOnce numbers of 64 bits
 */
export function segmentSums(
  x: usize,
  ids: usize,
  to: usize,
  rows: i32,
  width: i32,
  segments: i32,
  areIntegers: bool,
  columnsAtOnce: i32,
  working: usize,
): void {
  for (let first = 0; first < width; first += columnsAtOnce) {
    const columns = min(columnsAtOnce, width - first);
    memory.fill(working, 0, (segments * columns) << 3);
    for (let row = 0; row < rows; row++) {
      const id = load<i32>(ids + (row << 2));
      if (id < 0 || id >= segments) {
        continue;
      }
      let from = x + ((row * width + first) << 2);
      let sum = working + ((id * columns) << 3);
      const end = sum + (columns << 3);
      if (areIntegers) {
        for (; sum < end; sum += 8, from += 4) {
          store<f64>(sum, load<f64>(sum) + <f64>load<i32>(from));
        }
      } else {
        for (; sum + 16 <= end; sum += 16, from += 8) {
          v128.store(sum, f64x2.add(v128.load(sum), f64x2.promote_low_f32x4(v128.load64_zero(from))));
        }
        if (sum < end) {
          store<f64>(sum, load<f64>(sum) + <f64>load<f32>(from));
        }
      }
    }
    let sum = working;
    for (let segment = 0; segment < segments; segment++) {
      let at = to + ((segment * width + first) << 2);
      for (let i = 0; i < columns; i++, at += 4, sum += 8) {
        store<f32>(at, <f32>load<f64>(sum));
      }
    }
  }
}
