/** Repeatable random numbers for property tests: print the seed with a failure and the same failure comes back. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number from 0 to `below` - 1. */
  index(below: number): number;
  pick<T>(values: readonly T[]): T;
}

/** A linear congruential generator modulo 2^32 (the constants of Numerical Recipes), of which the high bits are used. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const high = state >>> 8;
    return high / 2 ** 24;
  };
  return {
    next,
    index: (below) => Math.floor(next() * below),
    pick: <T>(values: readonly T[]): T => {
      const value = values[Math.floor(next() * values.length)];
      if (value === undefined) {
        throw new Error('pick needs at least one value');
      }
      return value;
    },
  };
}

/** Numbers from the standard normal distribution (Box and Muller). */
export function normalsOf(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    return radius * Math.cos(2 * Math.PI * random.next());
  });
}
