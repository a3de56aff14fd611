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
  for (let image = 0; image < images; image++) {
    const base = image * inHeight * inWidth * pixel;
    for (let outY = 0; outY < outHeight; outY++) {
      const top = outY * strideHeight - padTop;
      const firstY = max(0, top);
      const endY = min(inHeight, top + filterHeight);
      for (let outX = 0; outX < outWidth; outX++) {
        const left = outX * strideWidth - padLeft;
        const firstX = max(0, left);
        const endX = min(inWidth, left + filterWidth);
        for (let channel = 0; channel < pixel; channel += 4, dy += 4) {
          let largest: f32 = -Infinity;
          let place = -1;
          for (let y = firstY; y < endY; y++) {
            let at = base + (y * inWidth + firstX) * pixel + channel;
            for (let x = firstX; x < endX; x++, at += pixel) {
              const value = load<f32>(input + at);
              if (value > largest) {
                largest = value;
                place = at;
              }
            }
          }
          if (place >= 0) {
            store<f32>(dx + place, load<f32>(dx + place) + load<f32>(dy));
          }
        }
      }
    }
  }
}
