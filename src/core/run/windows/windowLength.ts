/** Up to this step each has a window of its own; past it, windows grow in proportion, so that their number grows no more than a logarithm does. */
const EACH_UP_TO = 2_000;

/** How many steps of the run a window has that begins at this one: 1 up to step 2,000, then a 2,000th of the way. */
export function windowLength(step: number): number {
  return Math.max(1, Math.ceil(step / EACH_UP_TO));
}

/**
 * The last step of the run that may be in a window from this one on. Windows end where they would had nothing come between, so that
 * those of two runs can be laid beside each other.
 */
export function windowEnd(step: number): number {
  const length = windowLength(step);
  // Steps of one window length lie together, EACH_UP_TO of them; the last window among them is cut short.
  const before = (length - 1) * EACH_UP_TO;
  return Math.min(before + Math.ceil((step - before) / length) * length, length * EACH_UP_TO);
}
