// Gradients of a depthwise convolution, image by image. Each input channel has `filters` filters of its own; where that
// is more than one, inputs are first repeated as often, so that everything runs along channels side by side.
import { addProducts } from './runs';

/** to[i · times + j] = from[i] */
function repeatEach(from: usize, to: usize, count: usize, times: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const value = load<f32>(from + (i << 2));
    for (let j: usize = 0; j < times; j++) {
      store<f32>(to, value);
      to += 4;
    }
  }
}

/** to[i] = sum over j of from[i · times + j] */
function sumEach(from: usize, to: usize, count: usize, times: usize): void {
  for (let i: usize = 0; i < count; i++) {
    let sum: f32 = 0;
    for (let j: usize = 0; j < times; j++) {
      sum += load<f32>(from);
      from += 4;
    }
    store<f32>(to + (i << 2), sum);
  }
}

/**
 * dx of one image.
 * @param working room for the image with all its repeated channels; not used where filters is 1
 */
export function depthwiseInputGradient(
  dy: usize,
  filter: usize,
  dx: usize,
  working: usize,
  filters: i32,
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
  const width = channels * filters;
  const to = filters == 1 ? dx : working;
  memory.fill(to, 0, (inHeight * inWidth * width) << 2);
  for (let outY = 0; outY < outHeight; outY++) {
    for (let outX = 0; outX < outWidth; outX++) {
      const from = dy + (((outY * outWidth + outX) * width) << 2);
      for (let filterY = 0; filterY < filterHeight; filterY++) {
        const y = outY * strideHeight - padTop + filterY;
        if (y < 0 || y >= inHeight) {
          continue;
        }
        for (let filterX = 0; filterX < filterWidth; filterX++) {
          const x = outX * strideWidth - padLeft + filterX;
          if (x >= 0 && x < inWidth) {
            const weights = filter + (((filterY * filterWidth + filterX) * width) << 2);
            addProducts(from, weights, to + (((y * inWidth + x) * width) << 2), width);
          }
        }
      }
    }
  }
  if (filters > 1) {
    sumEach(working, dx, inHeight * inWidth * channels, filters);
  }
}

/** Adds one image's part to the gradient of the filter. The parameters are those of `depthwiseInputGradient`. */
export function depthwiseFilterGradient(
  input: usize,
  dy: usize,
  gradient: usize,
  working: usize,
  filters: i32,
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
  const width = channels * filters;
  if (filters > 1) {
    repeatEach(input, working, inHeight * inWidth * channels, filters);
    input = working;
  }
  for (let filterY = 0; filterY < filterHeight; filterY++) {
    const firstY = firstInside(padTop - filterY, strideHeight);
    const endY = min(outHeight, firstInside(inHeight + padTop - filterY, strideHeight));
    for (let filterX = 0; filterX < filterWidth; filterX++) {
      const firstX = firstInside(padLeft - filterX, strideWidth);
      const endX = min(outWidth, firstInside(inWidth + padLeft - filterX, strideWidth));
      const inX = firstX * strideWidth - padLeft + filterX;
      const stepX = (strideWidth * width) << 2;
      let channel = 0;
      for (; channel < width; channel += channel + 4 <= width ? 4 : 1) {
        const to = gradient + (((filterY * filterWidth + filterX) * width + channel) << 2);
        const isWhole = channel + 4 <= width;
        let sums = f32x4.splat(0);
        let sum: f32 = 0;
        for (let outY = firstY; outY < endY; outY++) {
          const y = outY * strideHeight - padTop + filterY;
          let a = input + (((y * inWidth + inX) * width + channel) << 2);
          let b = dy + (((outY * outWidth + firstX) * width + channel) << 2);
          // A sum for each line, so that rounding errors do not add up over the image.
          if (isWhole) {
            let ofLine = f32x4.splat(0);
            for (let outX = firstX; outX < endX; outX++) {
              ofLine = f32x4.add(ofLine, f32x4.mul(v128.load(a), v128.load(b)));
              a += stepX;
              b += width << 2;
            }
            sums = f32x4.add(sums, ofLine);
          } else {
            let ofLine: f32 = 0;
            for (let outX = firstX; outX < endX; outX++) {
              ofLine += load<f32>(a) * load<f32>(b);
              a += stepX;
              b += width << 2;
            }
            sum += ofLine;
          }
        }
        if (isWhole) {
          v128.store(to, f32x4.add(v128.load(to), sums));
        } else {
          store<f32>(to, load<f32>(to) + sum);
        }
      }
    }
  }
}

/** The first output pixel whose filter reaches `distance` or further. */
function firstInside(distance: i32, stride: i32): i32 {
  return distance <= 0 ? 0 : (distance + stride - 1) / stride;
}
