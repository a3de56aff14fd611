import type * as Tf from '@tensorflow/tfjs';
import type { Geometry } from './kernelExports.ts';

export type ConvolutionInfo = ReturnType<typeof Tf.backend_util.computeConv2DInfo>;

export function geometryOf(info: ConvolutionInfo): Geometry {
  return [
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.effectiveFilterHeight,
    info.effectiveFilterWidth,
    info.outHeight,
    info.outWidth,
    info.strideHeight,
    info.strideWidth,
    info.padInfo.top,
    info.padInfo.left,
  ];
}

/** A shape that tfjs's types want to know to be of rank 4. */
export function rank4(shape: readonly number[]): [number, number, number, number] {
  const [batch = 1, height = 1, width = 1, channels = 1] = shape;
  return [batch, height, width, channels];
}
