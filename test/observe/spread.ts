/** How far unobserved runs of one training come apart. */
export interface Spread {
  readonly weights: number;
  readonly sameDraws: boolean;
}

/** Largest difference of two numbers at the same place; where one is not finite, the other is the same. */
export function farthest(one: number[][], other: number[][]): number {
  const all = other.flat();
  const differences = one.flat().map((value, k) => (Object.is(value, all[k]) ? 0 : Math.abs(value - all[k]!)));
  return Math.max(0, ...differences.map((each) => (Number.isNaN(each) ? Infinity : each)));
}
