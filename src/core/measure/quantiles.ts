/** The standard normal distribution function: Abramowitz and Stegun 1964, 26.2.17; right to 7.5e-8. */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x < 0 ? tail : 1 - tail;
}

/** Where the standard normal distribution function is `p`, for p in (0, 1); at most 8 in size. */
export function normalQuantile(p: number): number {
  let [low, high] = [-8, 8];
  // Halved until neighbouring numbers are reached, to 1e-15: no constants to trust.
  for (let i = 0; i < 54; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

/**
 * The quantile of Student's t with `freedom` degrees of freedom, by its expansion around the normal one (Abramowitz and Stegun
 * 1964, 26.7.5): within 0.002 from 9 degrees up, at 97.5 %.
 */
export function studentQuantile(p: number, freedom: number): number {
  const z = normalQuantile(p);
  const [z3, z5, z7] = [z ** 3, z ** 5, z ** 7];
  const first = (z3 + z) / 4;
  const second = (5 * z5 + 16 * z3 + 3 * z) / 96;
  const third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}
