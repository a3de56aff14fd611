/** The part of the host's time that one run's diagnosis may take while the run goes on. */
const SHARE = 0.02;

/** Nobody reads faster than this, in milliseconds. */
const LEAST_BETWEEN = 250;

/**
 * How long a look at a run that goes on has to wait, so that all looks together take no more than 2 % of the time: the longer
 * the record, the longer a look takes, and the rarer it comes.
 */
export class Pace {
  #last = -Infinity;
  #between = LEAST_BETWEEN;

  /** A look was taken: from when to when, in milliseconds of one clock. */
  looked(from: number, to: number): void {
    this.#last = to;
    this.#between = Math.max(LEAST_BETWEEN, (to - from) / SHARE);
  }

  /** Milliseconds from now to the next look; 0 where none was taken yet. */
  wait(now: number): number {
    return Math.max(0, this.#last + this.#between - now);
  }
}
