import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import {
  formatCount,
  formatDuration,
  formatEvery,
  formatNames,
  formatNumber,
  formatPercent,
  printable,
} from './format.ts';

describe('formatNumber', () => {
  it.each<[Parameters<typeof formatNumber>[0], string]>([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.6931471805599453, '0.6931'],
    [-12.34567, '-12.35'],
    [1234.56, '1235'],
    [9999.6, '1e4'],
    [30_000, '3e4'],
    [17_654_321, '1.77e7'],
    [0.00099999, '0.001'],
    [0.000999, '9.99e-4'],
    [0.001, '0.001'],
    [0.00012345, '1.23e-4'],
    [5e-324, '5e-324'],
    ['NaN', 'NaN'],
    ['Infinity', '∞'],
    ['-Infinity', '-∞'],
    [null, '–'],
  ])('writes %j as %s', (value, expected) => expect(formatNumber(value)).toBe(expected));

  it('is within half a unit of the third digit, for any size', () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const random = seededRandom(seed);
      const value = (random.next() - 0.5) * 10 ** (random.index(60) - 30);
      const told = Number(formatNumber(value));
      expect(Math.abs(told - value) / Math.abs(value), `seed ${seed}: ${value}`).toBeLessThanOrEqual(0.005);
    }
  });
});

describe('formatPercent', () => {
  it.each<[Parameters<typeof formatPercent>[0], string]>([
    [0.002, '0.2 %'],
    [0.99812, '99.8 %'],
    [0.9997, '>99.9 %'],
    [1, '100 %'],
    [-0.05, '-5 %'],
    [0, '0 %'],
    [1e-9, '1e-7 %'],
    ['NaN', 'NaN'],
    [null, '–'],
  ])('writes %j as %s', (value, expected) => expect(formatPercent(value)).toBe(expected));
});

describe('the other formats', () => {
  it.each([
    [850.4, '850 ms'],
    [999.7, '1.0 s'],
    [12_345, '12.3 s'],
    [59_960, '1 min 0 s'],
    [245_000, '4 min 5 s'],
    [7_380_000, '2 h 3 min'],
  ])('writes %d ms as %s', (value, expected) => expect(formatDuration(value)).toBe(expected));

  it.each([
    [0, 'no step'],
    [1, 'every step'],
    [2, 'every 2nd step'],
    [3, 'every 3rd step'],
    [10, 'every 10th step'],
    [11, 'every 11th step'],
    [12, 'every 12th step'],
    [21, 'every 21st step'],
    [112, 'every 112th step'],
    [1000, 'every 1,000th step'],
  ])('writes every %d as %s', (value, expected) => expect(formatEvery({ every: value, budget: null })).toBe(expected));

  it('names the budget where that decides', () =>
    expect(formatEvery({ every: null, budget: 0.05 })).toBe('within a budget of 5 %'));

  it('groups digits and cuts long lists', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatNames(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
    expect(formatNames(['a', 'b'], 2)).toBe('a, b');
  });

  it('shows control characters instead of obeying them', () => {
    expect(printable('a\u001b[2Jb\rc\u009b1md\ne')).toBe('a\\x1b[2Jb\\x0dc\\x9b1md\ne');
  });
});
