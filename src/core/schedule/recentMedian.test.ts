import { expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { RecentMedian } from './recentMedian.ts';

it('is the median of the last values, whatever their order', () => {
  const [median, random] = [new RecentMedian(5), seededRandom(11)];
  expect(median.value).toBeNull();
  const values: number[] = [];
  for (let i = 0; i < 200; i++) {
    const value = random.index(20);
    values.push(value);
    median.add(value);
    const sorted = values.slice(-5).sort((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    expect(median.value).toBe(((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2);
  }
});
