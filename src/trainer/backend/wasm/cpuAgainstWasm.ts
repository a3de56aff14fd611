// For tests: the same computation on both backends, fresh for every seed.
import { createRequire } from 'node:module';
import type * as Tf from '@tensorflow/tfjs';
import { useWasmBackend } from './wasmBackend.ts';

export const modules = { load: createRequire(import.meta.url) as (specifier: string) => unknown };

/** Uniform numbers in [-1, 1) from a small generator of its own (Numerical Recipes' linear congruence). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** An integer in [low, high]. */
export function between(next: () => number, low: number, high: number): number {
  return low + Math.floor(((next() + 1) / 2) * (high - low + 1));
}

export function randomTensor(tf: typeof Tf, next: () => number, shape: number[]): Tf.Tensor {
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, next), shape);
}

/** Fails unless the wasm backend is running, repaired and completed. */
export async function startWasm(tf: typeof Tf, fastKernels = false): Promise<void> {
  const repairs = await useWasmBackend(tf, modules, fastKernels);
  if ('sentence' in repairs) {
    throw new Error(repairs.sentence);
  }
  if (fastKernels !== repairs.fast.length > 0) {
    throw new Error(`Fast kernels: ${repairs.fast.join(', ')}`);
  }
}

/** The values of `f`'s tensors on one backend, and what it left behind there and on the cpu (0 when all is disposed). */
export async function valuesOn(
  tf: typeof Tf,
  backendName: 'cpu' | 'wasm',
  f: () => Tf.Tensor[],
): Promise<{ values: Float32Array[]; leakedTensors: number; leakedData: number }> {
  await tf.setBackend(backendName);
  const cpu = tf.engine().findBackend('cpu');
  const dataBefore = tf.backend().numDataIds() + cpu.numDataIds();
  const tensorsBefore = tf.memory().numTensors;
  const values = tf.tidy(() => f().map((tensor) => Float32Array.from(tensor.dataSync())));
  return {
    values,
    leakedTensors: tf.memory().numTensors - tensorsBefore,
    leakedData: tf.backend().numDataIds() + cpu.numDataIds() - dataBefore,
  };
}

/** The largest distance of two lists of numbers, relative to the largest number of the first. */
export function relativeDistance(expected: Float32Array, actual: Float32Array): number {
  if (expected.length !== actual.length) {
    return Infinity;
  }
  let distance = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    distance = Math.max(distance, Math.abs((expected[i] ?? NaN) - (actual[i] ?? NaN)));
    largest = Math.max(largest, Math.abs(expected[i] ?? NaN));
  }
  return distance === 0 ? 0 : distance / largest;
}

/** Throws, with the seed, unless `f` gives the same on both backends within `tolerance` and leaves nothing behind. */
export async function expectSameOnBoth(
  tf: typeof Tf,
  seed: number | string,
  f: () => Tf.Tensor[],
  tolerance = 1e-5,
): Promise<void> {
  const onCpu = await valuesOn(tf, 'cpu', f);
  const onWasm = await valuesOn(tf, 'wasm', f);
  const distances = onCpu.values.map((expected, i) =>
    relativeDistance(expected, onWasm.values[i] ?? new Float32Array()),
  );
  const isClose = distances.every((distance) => distance <= tolerance);
  if (!isClose || onWasm.leakedTensors !== 0 || onWasm.leakedData !== 0 || onCpu.values.length === 0) {
    throw new Error(
      `seed ${seed}: relative distances ${distances.join(', ')}; ` +
        `left behind: ${onWasm.leakedTensors} tensors, ${onWasm.leakedData} data ids`,
    );
  }
}
