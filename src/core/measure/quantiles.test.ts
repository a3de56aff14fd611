import { expect, it } from 'vitest';
import { normalCdf, normalQuantile, studentQuantile } from './quantiles.ts';

it("the quantiles of the normal distribution and of Student's t are those of the printed tables", () => {
  expect(normalCdf(0)).toBeCloseTo(0.5, 6);
  expect(normalCdf(-1.96)).toBeCloseTo(0.0249979, 6);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5);
  expect(normalQuantile(0.1)).toBeCloseTo(-1.281552, 5);
  for (const [freedom, quantile] of [
    [9, 2.262],
    [15, 2.131],
    [30, 2.042],
    [100, 1.984],
  ] as const) {
    expect(studentQuantile(0.975, freedom), `${freedom} degrees of freedom`).toBeCloseTo(quantile, 2);
  }
});
