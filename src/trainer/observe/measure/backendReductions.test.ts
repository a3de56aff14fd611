import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom, type Random } from '../../../../test/random.ts';
import { startWasm } from '../../backend/wasm/cpuAgainstWasm.ts';
import { workbenchOf } from '../../backend/wasm/fast/workbench.ts';
import { classNameOf } from '../calls/optimizerCalls.ts';
import { engineInternals } from '../tape/engineInternals.ts';
import { optimizerMetric } from './optimizerMetric.ts';
import { readingReductions, reductionsOf } from './backendReductions.ts';
import type { Reductions } from './reductions.ts';

const engine = engineInternals(tf);
let wasm: Reductions;
const reading = readingReductions(engine);

beforeAll(async () => {
  await startWasm(tf, true);
  // Else both would be read.
  expect(workbenchOf(engine.backend)).not.toBeNull();
  wasm = reductionsOf(engine);
});

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

/** Sizes about the kernel's blocks of 2, 4 and 256, and any up to 5,000. */
function anySize(random: Random): number {
  const near = random.pick([1, 2, 4, 8, 256, 512, 1024]);
  return random.next() < 0.5 ? 1 + random.index(5000) : Math.max(1, near - 2 + random.index(5));
}

/** Numbers of either sign, as large as the scale. */
function row(random: Random, size: number, scale: number): tf.Tensor {
  return tf.tensor1d(Float32Array.from({ length: size }, () => scale * (2 * random.next() - 1)));
}

function rowsOf(random: Random, size: number): tf.Tensor[] {
  return Array.from({ length: 1 + random.index(8) }, () => row(random, size, 10 ** (random.index(13) - 6)));
}

/** Holds a Gram matrix against another: each product relative to the two rows' norms. */
function expectSameGram(
  actual: Float64Array,
  expected: Float64Array,
  rows: number,
  what: string,
  tolerance = 1e-12,
): void {
  expect(actual.length, what).toBe((rows * (rows + 1)) / 2);
  expect(expected.length, what).toBe(actual.length);
  const at = (i: number, j: number): number => i * rows - (i * (i - 1)) / 2 + (j - i);
  for (let i = 0; i < rows; i++) {
    for (let j = i; j < rows; j++) {
      const scale = Math.sqrt(expected[at(i, i)]! * expected[at(j, j)]!);
      expectClose(actual[at(i, j)]!, expected[at(i, j)]!, scale, `${what}, rows ${i} and ${j}`, tolerance);
    }
  }
}

function expectClose(actual: number, expected: number, scale: number, what: string, tolerance = 1e-12): void {
  if (Number.isFinite(expected)) {
    expect(Math.abs(actual - expected), what).toBeLessThanOrEqual(tolerance * scale);
  } else {
    expect(actual, what).toBe(expected);
  }
}

/** What tfjs's optimizers make of two steps, so that they hold moments. */
const optimizers: Record<string, () => tf.Optimizer> = {
  adam: () => tf.train.adam(0.01),
  adamax: () => tf.train.adamax(0.01),
  rmsprop: () => tf.train.rmsprop(0.01, 0.8),
  'rmsprop, centred': () => tf.train.rmsprop(0.01, 0.8, 0, 1e-9, true),
  adagrad: () => tf.train.adagrad(0.01, 0.2),
  adadelta: () => tf.train.adadelta(0.01, 0.9, 1e-4),
};

describe('the sums in the memory of wasm are those that reading gives', () => {
  it.each(seeds)('norms, Gram matrices and changes, seed %i', (seed) => {
    const random = seededRandom(seed);
    const size = anySize(random);
    const what = `seed ${seed}, size ${size}`;
    const rows = rowsOf(random, size);
    expectSameGram(wasm.gram(rows), reading.gram(rows), rows.length, what);
    for (const x of rows) {
      const expected = reading.squaredNorm(x);
      expectClose(wasm.squaredNorm(x), expected, expected, what);
    }
    const [before, after] = [row(random, size, 1), row(random, size, 1)];
    const [actual, expected] = [wasm.change(before, after), reading.change(before, after)];
    expectClose(actual.moved, expected.moved, expected.moved, what);
    expectClose(actual.size, expected.size, expected.size, what);
    tf.dispose([rows, before, after]);
  });

  it.each(seeds.slice(0, 20))('units that are alive, seed %i', (seed) => {
    const random = seededRandom(seed);
    // More rows than are looked at before it is asked whether all are alive.
    const [rows, units] = [random.pick([1, 3, 5, 16, 17, 40]), 1 + random.index(40)];
    const values = Array.from({ length: rows * units }, () =>
      random.next() < 0.95 ? random.pick([-1, -0, 0, -3, -Infinity]) : random.pick([1e-30, NaN, 2]),
    );
    const x = tf.tensor2d(values, [rows, units]);
    const expected = Array.from({ length: units }, (_, unit) =>
      values.some((value, k) => k % units === unit && (value > 0 || Number.isNaN(value))),
    );
    expect(Array.from(wasm.aliveUnits(x, units), Boolean), `seed ${seed}`).toEqual(expected);
    expect(Array.from(reading.aliveUnits(x, units), Boolean), `seed ${seed}`).toEqual(expected);
    x.dispose();
  });

  describe.each(Object.keys(optimizers))('in the metric of %s', (name) => {
    it.each(seeds.slice(0, 12))('seed %i', (seed) => {
      const random = seededRandom(seed);
      const size = anySize(random);
      const optimizer = optimizers[name]!();
      const weights = tf.variable(tf.zeros([size]));
      // The first update has no moments yet.
      for (let step = 1; step <= 3; step++) {
        const gradient = row(random, size, 0.1);
        const rows = rowsOf(random, size);
        const metric = optimizerMetric(engine, optimizer, classNameOf(optimizer), 0, gradient);
        if (metric === null || metric === 'identity') {
          throw new Error(`${name} has no metric.`);
        }
        const what = `seed ${seed}, size ${size}, step ${step}`;
        // Roots of 32 bits, as the optimizers' own.
        const [actual, expected] = [wasm.grams(rows, metric), reading.grams(rows, metric)];
        expectSameGram(actual.metricGram!, expected.metricGram!, rows.length, what, 5e-7);
        expectSameGram(actual.gram, expected.gram, rows.length, what);
        optimizer.applyGradients([{ name: weights.name, tensor: gradient }]);
        tf.dispose([gradient, rows]);
      }
      weights.dispose();
      optimizer.dispose();
    });
  });

  it('numbers that are not finite are seen at every place, and none else', () => {
    const tiny = [0, -0, 1e-45, -1e-40, 3.4028234e38, -3.4028234e38];
    for (const seed of seeds) {
      const random = seededRandom(seed);
      const size = seed < 40 ? seed : anySize(random);
      const values = Float32Array.from({ length: size }, () => random.pick(tiny));
      const x = tf.tensor1d(values);
      expect(wasm.allFinite(x), `seed ${seed}, size ${size}`).toBe(true);
      expect(reading.allFinite(x), `seed ${seed}, size ${size}`).toBe(true);
      x.dispose();
      const places = size < 40 ? [...values.keys()] : [0, size - 1, random.index(size)];
      for (const place of places) {
        const bad = random.pick([NaN, Infinity, -Infinity]);
        const spoilt = tf.tensor1d(values.map((value, index) => (index === place ? bad : value)));
        expect(wasm.allFinite(spoilt), `seed ${seed}, ${bad} at ${place} of ${size}`).toBe(false);
        expect(reading.allFinite(spoilt), `seed ${seed}, ${bad} at ${place} of ${size}`).toBe(false);
        spoilt.dispose();
      }
    }
  });

  it.each(seeds.slice(0, 20))('sums of denormals, and of numbers that are not finite, seed %i', (seed) => {
    const random = seededRandom(seed);
    const size = anySize(random);
    const small = Array.from({ length: 3 }, () => row(random, size, 1e-40));
    expectSameGram(wasm.gram(small), reading.gram(small), 3, `seed ${seed}, size ${size}`);
    expect(wasm.squaredNorm(small[0]!)).toBeGreaterThan(0);
    const spoilt = small.map((x) => {
      const values = Float32Array.from(x.dataSync());
      values[random.index(size)] = random.pick([NaN, Infinity, -Infinity, 1]);
      return tf.tensor1d(values);
    });
    expectSameGram(wasm.gram(spoilt), reading.gram(spoilt), 3, `seed ${seed}, size ${size}`);
    tf.dispose([small, spoilt]);
  });
});
