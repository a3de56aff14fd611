import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { mannKendall, stretches } from './mannKendall.ts';

describe('the test for a trend', () => {
  it('known answers: S = 45 of 45 pairs, variance 125, no ties', () => {
    const trend = mannKendall([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(trend?.tau).toBe(1);
    expect(trend?.z).toBeCloseTo(44 / Math.sqrt(125), 12);
    expect(trend?.slope).toBe(1);
    expect(mannKendall([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])?.tau).toBe(-1);
  });

  it('ties lower the variance: of 8 values in pairs S = 24, variance (8·7·21 - 4·2·1·9) / 18', () => {
    const trend = mannKendall([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(trend?.z).toBeCloseTo(23 / Math.sqrt((8 * 7 * 21 - 4 * 2 * 1 * 9) / 18), 12);
    expect(mannKendall(Array<number>(20).fill(3))).toMatchObject({ tau: 0, z: 0, p: 1, slope: 0 });
  });

  it('says nothing of seven values', () => {
    expect(mannKendall([1, 2, 3, 4, 5, 6, 7])).toBeNull();
  });

  it('without a trend, one in twenty is below 5 %', () => {
    const random = seededRandom(11);
    const found = Array.from({ length: 1000 }, () => mannKendall(Array.from({ length: 30 }, () => random.next())));
    const below = found.filter((trend) => (trend?.p ?? 1) < 0.05).length;
    expect(below).toBeGreaterThan(25);
    expect(below).toBeLessThan(75);
  });

  it('a long series is averaged over stretches, and its slope stays per value', () => {
    const trend = mannKendall(Array.from({ length: 10_000 }, (_, k) => 5 - 0.25 * k));
    expect(trend?.tau).toBe(-1);
    expect(trend?.slope).toBeCloseTo(-0.25, 3);
    expect(stretches([1, 2, 3, 4, 5, 6], 3)).toEqual([1.5, 3.5, 5.5]);
  });
});
