// A convolution as a product of matrices: a row of patches holds the inputs that one output pixel sees, so that
// y = patches · filter (Chellapilla, Puri, Simard 2006). Data is channels-last.
import { addFloats, copyFloats } from './runs';

/**
 * Writes the patches of some lines of output pixels: [lines · outWidth, filterHeight · filterWidth · channels].
 * What a filter sees outside of the image is 0.
 * @param firstLine lines of all images are counted on: image · outHeight + y
 */
export function collectPatches(
  x: usize,
  to: usize,
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
  firstLine: i32,
  lines: i32,
): void {
  const rowBytes = (filterWidth * channels) << 2;
  for (let line = firstLine; line < firstLine + lines; line++) {
    const image = line / outHeight;
    const top = (line % outHeight) * strideHeight - padTop;
    for (let outX = 0; outX < outWidth; outX++) {
      const left = outX * strideWidth - padLeft;
      const first = max(0, -left);
      const end = min(filterWidth, inWidth - left);
      for (let filterY = 0; filterY < filterHeight; filterY++) {
        const y = top + filterY;
        if (y < 0 || y >= inHeight || end <= first) {
          memory.fill(to, 0, rowBytes);
        } else {
          if (first > 0 || end < filterWidth) {
            memory.fill(to, 0, rowBytes);
          }
          const from = x + ((((image * inHeight + y) * inWidth + left + first) * channels) << 2);
          copyFloats(from, to + ((first * channels) << 2), (end - first) * channels);
        }
        to += rowBytes;
      }
    }
  }
}

/** Adds patches to the places they were seen at; the parameters are those of `collectPatches`. */
export function scatterPatches(
  x: usize,
  from: usize,
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
  firstLine: i32,
  lines: i32,
): void {
  const rowBytes = (filterWidth * channels) << 2;
  for (let line = firstLine; line < firstLine + lines; line++) {
    const image = line / outHeight;
    const top = (line % outHeight) * strideHeight - padTop;
    for (let outX = 0; outX < outWidth; outX++) {
      const left = outX * strideWidth - padLeft;
      const first = max(0, -left);
      const end = min(filterWidth, inWidth - left);
      for (let filterY = 0; filterY < filterHeight; filterY++) {
        const y = top + filterY;
        if (y >= 0 && y < inHeight && end > first) {
          const to = x + ((((image * inHeight + y) * inWidth + left + first) * channels) << 2);
          addFloats(from + ((first * channels) << 2), to, (end - first) * channels);
        }
        from += rowBytes;
      }
    }
  }
}
