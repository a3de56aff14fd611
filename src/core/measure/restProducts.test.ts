import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { productsWithRest } from './restProducts.ts';

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0);

function gramOf(rows: readonly (readonly number[])[]): number[] {
  return rows.flatMap((row, i) => rows.slice(i).map((other) => dot(row, other)));
}

describe('inner products with the rest of a sum', () => {
  it('by hand: (3, 4) = (1, 0) + (2, 4)', () => {
    // Of (1, 0) and (3, 4): 1, 3, 25. Of (1, 0) and (2, 4): 1, 2, 20.
    expect([...productsWithRest([1, 3, 25], 1, 1)]).toEqual([1, 2, 20]);
    expect([...productsWithRest([1, 3, 25], 1, 0)]).toEqual([20, 2, 1]);
  });

  it('without others the rest is the total', () => {
    expect([...productsWithRest([7], 0, 0)]).toEqual([7]);
  });

  it('a rest of nothing is exactly 0', () => {
    const others = [0.1, 0.7, -1.3];
    const square = dot(others, others);
    expect([...productsWithRest([square, square, square], 1, 1)]).toEqual([square, 0, 0]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('random rows at every place, seed %i', (seed) => {
    const random = seededRandom(seed);
    const size = 2 + random.index(6);
    const rows = Array.from({ length: size }, () => Array.from({ length: 9 }, () => 2 * random.next() - 1));
    const total = Array.from({ length: 9 }, (_, k) => rows.reduce((sum, row) => sum + row[k]!, 0));
    for (let at = 0; at < size; at++) {
      const others = rows.filter((_, index) => index !== at);
      const found = productsWithRest(gramOf([...others, total]), others.length, at);
      const expected = gramOf(rows);
      found.forEach((product, pair) => expect(product, `seed ${seed}, at ${at}`).toBeCloseTo(expected[pair]!, 12));
    }
  });
});
