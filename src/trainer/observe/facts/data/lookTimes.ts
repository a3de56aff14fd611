/** Every step up to here is looked at, */
const FIRST = 10;
/** then steps that are each this much further on. */
const FURTHER = 1.1;
/** Of batches of more numbers than this, */
const LARGE = 262_144;
/** steps that are this much further on, from the first on. */
const MUCH_FURTHER = 2;

/** When the data of a graph is looked at: what it costs in all grows with the logarithm of the steps. */
export class LookTimes {
  private steps = 0;
  private next = 1;

  /** A step is about to be looked at, or not. */
  isDue(): boolean {
    this.steps++;
    return this.steps >= this.next;
  }

  /** @param size How many numbers were read. */
  looked(size: number): void {
    const further = size > LARGE ? MUCH_FURTHER : this.steps < FIRST ? 1 : FURTHER;
    this.next = Math.max(this.steps + 1, this.steps * further);
  }
}
