import { normalCdf } from './quantiles.ts';

/** A series' tendency to rise or fall, without any shape assumed. */
export interface Trend {
  /** Kendall's tau-b against time, in [-1, 1]: 1 where every later value is larger. */
  readonly tau: number;
  /** Standard score with correction for ties and continuity. */
  readonly z: number;
  /** Two-sided. */
  readonly p: number;
  /** Sen's slope: the median of the slopes between any two values, per place in the series. */
  readonly slope: number;
}

/** Fewer values have no normal approximation. */
export const FEWEST_VALUES = 8;

/** The test looks at every pair: longer series are averaged over equal stretches first. */
const MOST_VALUES = 200;

/**
 * Mann and Kendall's test for a trend (H. B. Mann 1945, M. G. Kendall 1975), with Sen's slope (1968). Values must not lean on the
 * ones before them: of losses at single steps, average over stretches first (`stretches`).
 * @param values In the order of time, finite
 * @returns null with fewer than eight values
 */
export function mannKendall(values: readonly number[]): Trend | null {
  const series = values.length > MOST_VALUES ? stretches(values, MOST_VALUES) : values;
  const n = series.length;
  if (n < FEWEST_VALUES) {
    return null;
  }
  let score = 0;
  const slopes: number[] = [];
  for (let j = 1; j < n; j++) {
    for (let i = 0; i < j; i++) {
      const rise = (series[j] ?? NaN) - (series[i] ?? NaN);
      score += Math.sign(rise);
      slopes.push(rise / (j - i));
    }
  }
  const pairs = (n * (n - 1)) / 2;
  const ties = tieSizes(series);
  const tied = ties.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  const spread = (size: number): number => size * (size - 1) * (2 * size + 5);
  const variance = (spread(n) - ties.reduce((sum, size) => sum + spread(size), 0)) / 18;
  const z = variance === 0 ? 0 : (score - Math.sign(score)) / Math.sqrt(variance);
  const perPlace = n / values.length;
  return {
    tau: tied === pairs ? 0 : score / Math.sqrt(pairs * (pairs - tied)),
    z,
    p: Math.min(1, 2 * normalCdf(-Math.abs(z))),
    slope: middle(slopes) * perPlace,
  };
}

/** Means over equal stretches of a series, in its order. @param count At most so many */
export function stretches(values: readonly number[], count: number): number[] {
  const many = Math.min(count, values.length);
  return Array.from({ length: many }, (_, k) => {
    const part = values.slice(Math.floor((k * values.length) / many), Math.floor(((k + 1) * values.length) / many));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

function tieSizes(values: readonly number[]): number[] {
  const counts = new Map<number, number>();
  values.forEach((value) => counts.set(value, (counts.get(value) ?? 0) + 1));
  return [...counts.values()];
}

function middle(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? NaN) : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}
