import { nonNegativeMinimum } from './nonNegative.ts';
import { entry, square, sum, type Matrix } from './matrix.ts';

/**
 * The weights, not negative and of sum 1, of the point nearest to the origin in the convex hull of the gradients.
 *
 * It is the direction of the y >= 0 that makes |sum y_i g_i|^2 + (1 - sum y_i)^2 smallest: for given proportions the best sum
 * leaves N / (1 + N), which grows with the squared distance N.
 */
export function nearestToOrigin(gram: Matrix): number[] {
  const least = Math.min(...gram.map((row, i) => row[i] ?? 0));
  if (least <= 0) {
    const zeros = gram.map((row, i) => ((row[i] ?? 0) <= 0 ? 1 : 0));
    return zeros.map((zero) => zero / sum(zeros));
  }
  const lifted = square(gram.length, (i, j) => entry(gram, i, j) / least + 1);
  const y = nonNegativeMinimum(
    lifted,
    gram.map(() => -1),
  );
  return y.map((value) => value / sum(y));
}
