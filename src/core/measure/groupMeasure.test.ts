import { describe, expect, it } from 'vitest';
import { measureGroup, variableProducts, type VariableGradients, type VariableProducts } from './groupMeasure.ts';

const variable = (
  gradients: Record<string, number[]>,
  metric: VariableGradients['metric'] = 'identity',
): VariableProducts => {
  const rows = Object.values(gradients);
  const total = rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0));
  const single = (row: readonly number[]): Float32Array => Float32Array.from(row);
  return variableProducts({ terms: Object.keys(gradients), gradients: rows.map(single), total: single(total), metric });
};

describe('gradient norms, shares and Gram matrices of a group', () => {
  it('the golden Jacobian [[-4, 1, 1], [6, 1, 1]] (TorchJD)', () => {
    const measure = measureGroup([variable({ a: [-4, 1], b: [6, 1] }), variable({ a: [1], b: [1] })], ['a', 'b']);
    expect(measure.gram).toEqual([18, -22, 38]);
    expect(measure.norm).toEqual([Math.sqrt(18), Math.sqrt(38)]);
    expect(measure.total).toBe(Math.sqrt(4 + 4 + 4));
    // Rows of the Gram matrix over their sum: -4 / 12 and 16 / 12.
    expect(measure.share?.map(Number)).toEqual([-4 / 12, 16 / 12]);
  });

  it('keeps the small task of a scale gap of 10^9', () => {
    const measure = measureGroup([variable({ big: [1e9, 1], small: [-1, 1] })], ['big', 'small']);
    expect(Number(measure.norm[1])).toBeCloseTo(Math.SQRT2, 12);
    expect(Number(measure.share?.[1])).toBeCloseTo(-1e-9, 15);
  });

  it('uses the optimizer metric for shares, squared once per factor', () => {
    const measure = measureGroup([variable({ a: [3, 0], b: [0, 4] }, Float64Array.of(1 / 3, 1 / 4))], ['a', 'b']);
    expect(measure.metricGram).toEqual([1, 0, 1]);
    expect(measure.share).toEqual([0.5, 0.5]);
    expect(measure.gram).toEqual([9, 0, 16]);
  });

  it('a variable that one task alone reaches counts for that task only', () => {
    const measure = measureGroup([variable({ a: [1], b: [2] }), variable({ b: [2] })], ['a', 'b', 'c']);
    expect(measure.terms).toEqual(['a', 'b']);
    expect(measure.gram).toEqual([1, 2, 8]);
  });

  it('has no shares where the optimizer is not known, and writes NaN as a word', () => {
    const measure = measureGroup([variable({ a: [NaN], b: [1] }, null)], ['a', 'b']);
    expect(measure.share).toBeNull();
    expect(measure.norm).toEqual(['NaN', 1]);
  });

  it('shares sum to 1 for random gradients and metrics', () => {
    for (let seed = 1; seed <= 50; seed++) {
      let state = seed;
      const draw = (): number => ((state = (state * 48271) % 2147483647) / 2147483647) * 2 - 1;
      const row = (): number[] => Array.from({ length: 7 }, draw);
      const metric = Float64Array.from(row(), Math.abs);
      const measure = measureGroup([variable({ a: row(), b: row(), c: row() }, metric)], ['a', 'b', 'c']);
      const sum = measure.share!.reduce<number>((total, share) => total + Number(share), 0);
      expect(sum, `seed ${seed}`).toBeCloseTo(1, 9);
    }
  });
});
