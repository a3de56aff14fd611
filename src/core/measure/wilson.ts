/** The quantile of the standard normal distribution that leaves 2.5 % on each side. */
const Z95 = 1.959963984540054;

/** A fraction of trials, and what it could be in truth. All between 0 and 1. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
  /** Null without trials. */
  readonly value: number | null;
  /** Score interval; from 0 to 1 without trials. */
  readonly low: number;
  readonly high: number;
}

/**
 * A proportion with Wilson's score interval, which keeps its level for few trials and at 0 and 1, where the usual one has no width
 * (E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22, 1927):
 * (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 *
 * @param successes 0 to `trials`
 * @param z how many standard deviations wide, on each side; 95 % unless given
 */
export function wilson(successes: number, trials: number, z: number = Z95): Proportion {
  if (!(Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0 && successes <= trials)) {
    throw new RangeError(`${successes} of ${trials} is no proportion.`);
  }
  if (trials === 0) {
    return { successes, trials, value: null, low: 0, high: 1 };
  }
  const p = successes / trials;
  const square = z ** 2 / trials;
  const middle = p + square / 2;
  const half = z * Math.sqrt((p * (1 - p)) / trials + square / (4 * trials));
  const bound = (side: number): number => Math.min(1, Math.max(0, (middle + side * half) / (1 + square)));
  // At the ends the bound is the end itself; rounding would leave it beside.
  return {
    successes,
    trials,
    value: p,
    low: successes === 0 ? 0 : bound(-1),
    high: successes === trials ? 1 : bound(1),
  };
}
