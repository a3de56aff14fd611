/** Up to this step each has a window of its own; past it, windows grow in proportion, so that their number grows no more than a logarithm does. */
const EACH_UP_TO = 2_000;

/** How many steps of the run a window has that begins at this one: 1 up to step 2,000, then a 2,000th of the way. */
export function windowLength(step: number): number {
  return Math.max(1, Math.ceil(step / EACH_UP_TO));
}
