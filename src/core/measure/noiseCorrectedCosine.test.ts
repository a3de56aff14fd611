import { describe, expect, it } from 'vitest';
import { median } from '../run/numbers.ts';
import type { HalvesLine } from '../run/windowLine.ts';
import { correctedCosine, halvesProducts, type CorrectedCosine, type HalvesProducts } from './noiseCorrectedCosine.ts';

/** Samples in a batch, and the number of scalars in the group: raw cosines of pure noise are of the size of 1 / sqrt(600). */
const ROWS = 32;
const SIZE = 600;

interface Situation {
  readonly seed: number;
  readonly steps: number;
  /** Between the true gradients, which have length 1. */
  readonly cosine: number;
  /** Squared length of a true gradient over the mean squared length of one sample's noise. */
  readonly perSample: number;
  readonly rows?: number;
  readonly size?: number;
  /** Correlation between the noise of both tasks, which come from the same samples. */
  readonly shared?: number;
}

interface Drawn extends HalvesProducts {
  /** Of the gradients of the whole batch. */
  readonly raw: number;
}

/**
 * Standard normal numbers: Box and Muller's pairs of mulberry32. Pairs of a linear congruential generator lie on spirals, which
 * shows in sums of their products.
 */
function normals(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1);
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const [length, angle] = [Math.sqrt(-2 * Math.log(1 - uniform())), 2 * Math.PI * uniform()];
    spare = length * Math.sin(angle);
    return length * Math.cos(angle);
  };
}

/** Gradients of half-batches, g = true + noise, drawn in full, and what is recorded of them. */
function draw({ seed, steps, cosine, perSample, rows = ROWS, size = SIZE, shared = 0 }: Situation): Drawn[] {
  const normal = normals(seed);
  const deviation = Math.sqrt(2 / (rows * perSample * size));
  const own = Math.sqrt(1 - shared * shared);
  const across = Math.sqrt(1 - cosine * cosine);
  return Array.from({ length: steps }, () => {
    let [first, second, ab, ba, i2, j2, ij] = [0, 0, 0, 0, 0, 0, 0];
    for (let k = 0; k < size; k++) {
      const [trueI, trueJ] = k === 0 ? [1, cosine] : k === 1 ? [0, across] : [0, 0];
      const [noiseA, noiseB] = [normal(), normal()];
      const [ia, ib] = [trueI + deviation * noiseA, trueI + deviation * noiseB];
      const ja = trueJ + deviation * (shared * noiseA + own * normal());
      const jb = trueJ + deviation * (shared * noiseB + own * normal());
      first += ia * ib;
      second += ja * jb;
      ab += ia * jb;
      ba += ja * ib;
      i2 += (ia + ib) ** 2;
      j2 += (ja + jb) ** 2;
      ij += (ia + ib) * (ja + jb);
    }
    return { first, second, between: (ab + ba) / 2, raw: ij / Math.sqrt(i2 * j2) };
  });
}

const conflictRate = (steps: readonly Drawn[]): number => steps.filter(({ raw }) => raw < 0).length / steps.length;

const measured = (cosine: CorrectedCosine): Extract<CorrectedCosine, { verdict: 'measured' }> => {
  if (cosine.verdict !== 'measured') {
    throw new Error(`not measured: ${JSON.stringify(cosine)}`);
  }
  return cosine;
};

describe('E7: the cosine between the true gradients of two tasks', () => {
  it('is not what a rate of raw conflicts tells: about half, whether the true cosine is 0 or +0.5', () => {
    const none = conflictRate(draw({ seed: 1, steps: 2000, cosine: 0, perSample: 3e-4 }));
    expect(none, 'seed 1').toBeGreaterThan(0.4);
    expect(none, 'seed 1').toBeLessThan(0.65);
    const agreeing = conflictRate(draw({ seed: 2, steps: 2000, cosine: 0.5, perSample: 3e-4 }));
    expect(agreeing, 'seed 2').toBeGreaterThan(0.4);
    expect(agreeing, 'seed 2').toBeLessThan(0.5);
  });

  it('comes back as -0.5 and +0.5 where the true gradient is a hundredth of the batch gradient, squared', () => {
    for (const [seed, cosine] of [
      [3, 0.5],
      [4, -0.5],
    ] as const) {
      const steps = draw({ seed, steps: 2000, cosine, perSample: 0.01 / ROWS });
      const found = measured(correctedCosine(steps, ROWS));
      expect(Math.abs(found.cosine - cosine), `seed ${seed}`).toBeLessThan(0.25);
      expect(found.low, `seed ${seed}`).toBeLessThan(cosine);
      expect(found.high, `seed ${seed}`).toBeGreaterThan(cosine);
      expect(Math.sign(found.low) * Math.sign(found.high), `seed ${seed}: told from 0`).toBe(1);
    }
  });

  it('is free of noise that both tasks have from the same samples, which the raw cosine is made of', () => {
    const steps = draw({ seed: 5, steps: 400, cosine: 0.5, perSample: 0.05 / ROWS, shared: -0.6 });
    expect(conflictRate(steps), 'seed 5').toBe(1);
    const found = measured(correctedCosine(steps, ROWS));
    expect(Math.abs(found.cosine - 0.5), 'seed 5').toBeLessThan(0.2);
    expect(found.low, 'seed 5').toBeGreaterThan(0);
  });

  it('has an interval that holds the true cosine in about 95 of 100 windows', () => {
    // Each gradient stands as far out of its noise as at a ratio of 0.01 with 1000 steps and 640 weights: quicker to draw.
    for (const [ratio, cosine] of [
      [0.08, 0.5],
      [0.08, 0],
      [0.16, 0.9],
    ] as const) {
      let [held, all] = [0, 0];
      for (let seed = 1; seed <= 250; seed++) {
        const steps = draw({ seed, steps: 100, cosine, perSample: ratio / ROWS, size: 100 });
        const found = correctedCosine(steps, ROWS);
        if (found.verdict === 'measured') {
          all++;
          held += found.low <= cosine && cosine <= found.high ? 1 : 0;
        }
      }
      const say = `ratio ${ratio}, cosine ${cosine}, seeds 1 to 250: ${held} of ${all} intervals hold it`;
      console.log(say);
      expect(all, say).toBeGreaterThan(220);
      expect(held / all, say).toBeGreaterThan(0.92);
      expect(held / all, say).toBeLessThan(0.99);
    }
  });

  it('is not measurable far below that', () => {
    const found = correctedCosine(draw({ seed: 6, steps: 2000, cosine: 0.5, perSample: 3e-4 / ROWS }), ROWS);
    expect(found.verdict, 'seed 6').toBe('notMeasurable');
  });

  it('is not measurable with fewer steps either, and is at the batch that is then named', () => {
    // How many standard errors a self-product stands above 0, by the noise's own arithmetic.
    for (const [ratio, steps, size, windows] of [
      [0.005, 150, 150, 60],
      [0.01, 150, 150, 60],
    ] as const) {
      const truth = (ratio * Math.sqrt(steps * size)) / 2;
      const named: number[] = [];
      let enough = 0;
      for (let seed = 1; seed <= windows; seed++) {
        const situation = { steps, cosine: 0.5, perSample: ratio / ROWS, size };
        const found = correctedCosine(draw({ ...situation, seed }), ROWS);
        if (found.verdict === 'notMeasurable') {
          named.push(found.batch);
          const larger = draw({ ...situation, seed: 1000 + seed, rows: found.batch });
          enough += correctedCosine(larger, found.batch).verdict === 'measured' ? 1 : 0;
        }
      }
      const middle = median(named) ?? NaN;
      const right = (ROWS * 3.24) / truth;
      const say =
        `ratio ${ratio}, ${steps} steps, seeds 1 to ${windows}: ${named.length} not measurable, enough at the named ` +
        `batch ${enough} times; median ${middle} rows, right ${right.toFixed(0)}`;
      console.log(say);
      expect(named.length / windows, say).toBeGreaterThan(0.9);
      expect(enough / named.length, say).toBeGreaterThan(0.6);
      expect(middle / right, say).toBeGreaterThan(0.5);
      expect(middle / right, say).toBeLessThan(2);
    }
  });

  it('needs some steps, names the weaker task, and knows a gradient without noise at once', () => {
    const step = { first: 4, second: 9, between: -3 };
    expect(correctedCosine(Array<HalvesProducts>(9).fill(step), ROWS)).toEqual({ verdict: 'tooFewSteps' });
    expect(correctedCosine(Array<HalvesProducts>(10).fill(step), ROWS)).toEqual({
      verdict: 'measured',
      cosine: -0.5,
      low: -0.5,
      high: -0.5,
    });
    const noisy = Array.from({ length: 20 }, (_, k) => ({ ...step, second: k % 2 === 0 ? 1 : -1 }));
    expect(correctedCosine(noisy, ROWS)).toMatchObject({ verdict: 'notMeasurable', weak: 1 });
    const silent = Array<HalvesProducts>(10).fill({ first: 4, second: 0, between: 0 });
    expect(correctedCosine(silent, ROWS)).toMatchObject({ verdict: 'notMeasurable', weak: 1 });
  });

  it('is a ratio of means: one step of large gradients weighs as much as it pushes', () => {
    const small = Array<HalvesProducts>(30).fill({ first: 1, second: 1, between: 0.8 });
    const large = { first: 60, second: 60, between: -60 };
    const found = correctedCosine([...small, ...Array<HalvesProducts>(10).fill(large)], ROWS);
    expect(measured(found).cosine).toBeCloseTo((30 * 0.8 - 600) / 630, 12);
  });
});

describe('the products of two tasks in lines of halves', () => {
  const line = (cross: HalvesLine['groups'][string]['cross'], terms = ['a', 'b', 'c']): HalvesLine => ({
    type: 'halves',
    step: 1,
    objective: 'fit',
    rows: 32,
    independent: true,
    groups: { shared: { terms, cross } },
  });

  it('are both self-products and the mean of both ways across', () => {
    const lines = [line([1, 2, 3, 4, 5, 6, 7, 8, 9])];
    expect(halvesProducts(lines, 'shared', 'a', 'c')).toMatchObject([{ first: 1, second: 9, between: 5, rows: 32 }]);
    expect(halvesProducts(lines, 'shared', 'c', 'b')).toMatchObject([{ first: 9, second: 5, between: 7, rows: 32 }]);
  });

  it('leave out steps without one of the tasks, and those with a value that is no number', () => {
    const lines = [line([1, 2, 3, 4], ['a', 'b']), line([1, 'NaN', 3, 4], ['a', 'b']), line([1], ['b'])];
    expect(halvesProducts(lines, 'shared', 'a', 'b')).toHaveLength(1);
    expect(halvesProducts(lines, 'shared', 'a', 'c')).toEqual([]);
    expect(halvesProducts(lines, 'other', 'a', 'b')).toEqual([]);
  });
});
