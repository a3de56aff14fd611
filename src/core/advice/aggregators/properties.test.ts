import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../test/random.ts';
import type { Aggregator } from './aggregator.ts';
import { aggregators } from './aggregators.ts';
import { combined, gramOf, length, randomCases, type Jacobian } from '../../../../test/jacobians.ts';

const stepOf = (method: Aggregator, jacobian: Jacobian): readonly number[] => {
  const losses = jacobian.map(() => 1);
  return method.step({ gram: gramOf(jacobian), losses }, method.start(losses.length)).weights;
};
const named = (...names: string[]): Aggregator[] =>
  names.map((name) => aggregators.find((method) => method.name === name)!);
const longest = (jacobian: Jacobian): number => Math.max(...jacobian.map(length));
const gains = (jacobian: Jacobian, d: readonly number[]): number[] =>
  jacobian.map((row) => row.reduce((total, value, k) => total + value * d[k]!, 0));

const cases = randomCases(150);
/** Where gradients are independent, and no two of them nearly opposite. */
const fullRank = randomCases(150, 1e3, 8);

describe.each(named('mgda', 'upGrad', 'dualProj', 'nashMtl', 'fairGrad'))('$title does not conflict', (method) => {
  // The two that have no solution where the gradients cancel out.
  const asked = ['nashMtl', 'fairGrad'].includes(method.name) ? fullRank : cases;
  it('no task gets worse, to first order, whatever the shape and rank', () => {
    for (const { jacobian, what } of asked) {
      const d = combined(jacobian, stepOf(method, jacobian));
      gains(jacobian, d).forEach((gain, i) => {
        const size = length(jacobian[i]!) * longest(jacobian);
        expect(gain / size, `task ${i}, ${what}`).toBeGreaterThan(-1e-9);
      });
    }
  });
});

describe.each(named('equal', 'pcGrad', 'upGrad'))('$title is linear under scaling', (method) => {
  it('a task’s influence grows as its gradient does', () => {
    for (const { jacobian, seed, what } of cases.slice(0, 80)) {
      const random = seededRandom(1000 + seed);
      const [p, q] = [0, 1].map(() => jacobian.map(() => 10 ** (2 * random.next() - 1)));
      const scaled = (by: readonly number[]): number[] => {
        const rows = jacobian.map((row, i) => row.map((value) => value * by[i]!));
        return combined(rows, stepOf(method, rows));
      };
      const both = scaled(p!.map((value, i) => 2 * value + 3 * q![i]!));
      const [first, second] = [scaled(p!), scaled(q!)];
      both.forEach((value, k) => {
        expect(Math.abs(value - 2 * first[k]! - 3 * second[k]!) / longest(jacobian), what).toBeLessThan(1e-6);
      });
    }
  });
});

describe.each(named('mgda', 'imtlG', 'dualProj'))('$title is not', (method) => {
  it('which the property would show', () => {
    const rows = (by: number): number[][] => [
      [-4, 1, 1],
      [6 * by, by, by],
    ];
    const [one, two, three] = [0.2, 0.9, 1.6].map((by) => combined(rows(by), stepOf(method, rows(by))));
    expect(Math.abs(one![0]! + three![0]! - 2 * two![0]!)).toBeGreaterThan(1e-3);
  });
});

describe.each(aggregators)('$title', (method) => {
  it('does not depend on the order of the tasks', () => {
    for (const { jacobian, seed, what } of fullRank) {
      const random = seededRandom(2000 + seed);
      const order = jacobian.map((_, i) => i).sort(() => random.next() - 0.5);
      const plain = combined(jacobian, stepOf(method, jacobian));
      const permuted = order.map((i) => jacobian[i]!);
      const other = combined(permuted, stepOf(method, permuted));
      const size = Math.max(length(plain), 1e-3 * longest(jacobian));
      plain.forEach((value, k) => expect(Math.abs(value - other[k]!) / size, what).toBeLessThan(1e-5));
    }
  });

  it('gives finite weights for any gradients, and a task without gradient takes no part', () => {
    for (const { jacobian, what } of cases) {
      const weights = stepOf(method, jacobian);
      expect(weights.every(Number.isFinite), what).toBe(true);
      const silent = [...jacobian.slice(0, 1), jacobian[0]!.map(() => 0), ...jacobian.slice(1)];
      const withSilent = stepOf(method, silent);
      expect(withSilent.every(Number.isFinite), what).toBe(true);
      if (method.needs === 'gram') {
        expect(withSilent, what).toEqual([weights[0], 0, ...weights.slice(1)]);
      }
    }
    expect(stepOf(method, [[0, 0]]).every(Number.isFinite)).toBe(true);
    for (const broken of [NaN, Infinity]) {
      const weights = stepOf(method, [
        [broken, 1],
        [1, 1],
      ]);
      expect(weights).toEqual([1, 1]);
    }
  });
});

describe('stationary points: two opposite gradients, and a third that nobody objects to', () => {
  const weaklyStationary = [
    [1, 0],
    [-1, 0],
    [0, 1],
  ];
  it.each(named('equal', 'pcGrad', 'upGrad', 'dualProj'))(
    '$title goes on for the third: it is strongly stationary',
    (method) => {
      for (const { jacobian, what } of randomCases(40)) {
        // The others cancel out, and the last is made to stand upright on them.
        const half = jacobian.map((row) => [...row, 0]);
        const rows = [...half, half[0]!.map((_, k) => -half.reduce((total, row) => total + row[k]!, 0))];
        const upright = half[0]!.map((_, k) => (k === half[0]!.length - 1 ? 1 : 0));
        const d = combined([...rows, upright], stepOf(method, [...rows, upright]));
        expect(d.at(-1), what).toBeGreaterThan(0.9 / (rows.length + 1));
      }
    },
  );
  it('MGDA stops there', () => {
    expect(length(combined(weaklyStationary, stepOf(named('mgda')[0]!, weaklyStationary)))).toBeLessThan(1e-9);
  });
});
