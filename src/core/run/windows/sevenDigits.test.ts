import { expect, it } from 'vitest';
import { seededRandom } from '../../../../test/random.ts';
import { sevenDigits } from './sevenDigits.ts';

it('keeps 7 significant digits, and says what no number is', () => {
  expect(
    [0, -0, 1, 0.1, 123456789, -0.000123456749, 9.99999996, 1e300, 5e-324, NaN, Infinity, -Infinity].map(sevenDigits),
  ).toEqual([0, 0, 1, 0.1, 123456800, -0.0001234567, 10, 1e300, 5e-324, 'NaN', 'Infinity', '-Infinity']);
});

it('is as near as 7 digits can be, with no digit more, at every size', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed);
    for (let i = 0; i < 500; i++) {
      const value = (random.next() - 0.5) * 10 ** (random.index(120) - 60);
      const short = Number(sevenDigits(value));
      expect(Number(short.toPrecision(7)), `seed ${seed}: ${value}`).toBe(short);
      // Half a unit of the 7th digit.
      const half = 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(value))) - 6);
      expect(Math.abs(short - value), `seed ${seed}: ${value}`).toBeLessThanOrEqual(half * (1 + 1e-9));
    }
  }
});
