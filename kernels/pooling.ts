/**
 * Gives each output's gradient to the first largest input of its window. A window without any number gives it to none.
 * @param dx filled with 0
 */
export function maxPoolGradient(
  input: usize,
  dy: usize,
  dx: usize,
  images: i32,
  inHeight: i32,
  inWidth: i32,
  channels: i32,
  filterHeight: i32,
  filterWidth: i32,
  outHeight: i32,
  outWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = channels << 2;
  const line = inWidth * pixel;
  for (let image = 0; image < images; image++) {
    for (let outY = 0; outY < outHeight; outY++) {
      const top = outY * strideHeight - padTop;
      const firstY = max(0, top);
      const rows = min(inHeight, top + filterHeight) - firstY;
      for (let outX = 0; outX < outWidth; outX++) {
        const left = outX * strideWidth - padLeft;
        const firstX = max(0, left);
        const columns = min(inWidth, left + filterWidth) - firstX;
        let first = (image * inHeight + firstY) * line + firstX * pixel;
        const end = first + pixel;
        for (; first + 16 <= end; first += 16, dy += 16) {
          fourChannels(input, first, dx, dy, rows, columns, line, pixel);
        }
        for (; first < end; first += 4, dy += 4) {
          oneChannel(input, first, dx, dy, rows, columns, line, pixel);
        }
      }
    }
  }
}

function fourChannels(
  input: usize,
  first: i32,
  dx: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  line: i32,
  pixel: i32,
): void {
  let largest = f32x4.splat(-Infinity);
  let places = i32x4.splat(-1);
  for (let y = 0; y < rows; y++) {
    let at = first + y * line;
    for (let x = 0; x < columns; x++, at += pixel) {
      const values = v128.load(input + at);
      const areLarger = f32x4.gt(values, largest);
      largest = v128.bitselect(values, largest, areLarger);
      places = v128.bitselect(i32x4.splat(at), places, areLarger);
    }
  }
  give(dx, i32x4.extract_lane(places, 0), load<f32>(dy));
  give(dx + 4, i32x4.extract_lane(places, 1), load<f32>(dy, 4));
  give(dx + 8, i32x4.extract_lane(places, 2), load<f32>(dy, 8));
  give(dx + 12, i32x4.extract_lane(places, 3), load<f32>(dy, 12));
}

function oneChannel(
  input: usize,
  first: i32,
  dx: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  line: i32,
  pixel: i32,
): void {
  let largest: f32 = -Infinity;
  let place = -1;
  for (let y = 0; y < rows; y++) {
    let at = first + y * line;
    for (let x = 0; x < columns; x++, at += pixel) {
      const value = load<f32>(input + at);
      if (value > largest) {
        largest = value;
        place = at;
      }
    }
  }
  give(dx, place, load<f32>(dy));
}

function give(to: usize, place: i32, value: f32): void {
  if (place >= 0) {
    store<f32>(to + place, load<f32>(to + place) + value);
  }
}
