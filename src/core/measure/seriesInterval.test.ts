import { expect, it } from 'vitest';
import { normalsOf, seededRandom } from '../../../test/random.ts';
import { meanOfSeries, middleOfSeries, middleRatio, partsOf } from './seriesInterval.ts';

it('parts are equal, in order, and hold every value once', () => {
  expect(partsOf([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6, 7],
  ]);
  expect(partsOf([1, 2], 5)).toEqual([[1], [2]]);
});

it('a known interval: ten stretches of 1 to 10', () => {
  // Mean 5.5, standard deviation 3.0277, t(9) = 2.262.
  const found = meanOfSeries(Array.from({ length: 10 }, (_, i) => i + 1))!;
  expect(found.value).toBe(5.5);
  expect(found.high - found.value).toBeCloseTo((2.2622 * 3.0277) / Math.sqrt(10), 2);
  expect(found.value - found.low).toBeCloseTo(found.high - found.value, 10);
});

it('holds the mean in 95 of 100 cases, also where values lean on their neighbours', () => {
  const random = seededRandom(3);
  let held = 0;
  for (let trial = 0; trial < 1000; trial++) {
    let last = 0;
    const values = normalsOf(random, 400).map((value) => (last = 0.7 * last + value) + 2);
    const { low, high } = meanOfSeries(values)!;
    held += Number(low < 2 && 2 < high);
  }
  expect(held / 1000).toBeGreaterThan(0.92);
  expect(held / 1000).toBeLessThan(0.98);
});

it('a wild value does not move the middle', () => {
  const values = Array.from({ length: 100 }, (_, i) => (i === 50 ? 1e9 : 0.02));
  const { value, low, high } = middleOfSeries(values)!;
  [value, low, high].forEach((each) => expect(each).toBeCloseTo(0.02, 10));
});

it('ratios are averaged by their logarithms, and few values have no interval', () => {
  expect(middleRatio([1, 100, 1, 100, 1, 100, 1, 100])?.value).toBeCloseTo(10, 10);
  expect(middleRatio([1, 2, 3, 4])).toBeNull();
  expect(meanOfSeries([1, 2, NaN, 4, 5, 6])).toBeNull();
});
