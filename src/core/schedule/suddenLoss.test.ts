import { expect, it } from 'vitest';
import { SuddenLoss } from './suddenLoss.ts';

const told = (values: readonly number[]): number[] => {
  const loss = new SuddenLoss();
  return values.filter((value) => loss.note(value));
};

it('tells of a jump and of what is no number, and of nothing else', () => {
  const falling = Array.from({ length: 40 }, (_, i) => 100 / (i + 1));
  expect(told(falling)).toEqual([]);
  expect(told([...falling, 40])).toEqual([40]);
  expect(told([...falling, 40, 41, 39, 40, 38, 42, 900])).toEqual([40, 900]);
  expect(told([...falling, NaN])).toEqual([NaN]);
  expect(told([...falling, -Infinity])).toEqual([-Infinity]);
  // The uncertainty-weighted total goes through 0.
  expect(told([3, 2, 1, 0.5, 0.1, -0.4, -0.9, -1.4])).toEqual([]);
  expect(told([1, 50])).toEqual([]);
});
