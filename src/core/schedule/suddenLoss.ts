import { RecentMedian } from './recentMedian.ts';

/** How many times its usual size a loss must be to be sudden. */
const SUDDEN = 10;
const RECENT = 21;
/** Before so many losses were seen, nothing is known to be usual. */
const LEAST = 5;

/** Tells when the minimised value jumps: what happens then is worth a look, whatever the schedule says. */
export class SuddenLoss {
  #sizes = new RecentMedian(RECENT);
  #seen = 0;

  /** True where the value is no finite number, or ten times what it usually is. A jump is told once: what is usual is learnt anew. */
  note(value: number): boolean {
    const usual = this.#sizes.value;
    const size = Math.abs(value);
    const sudden = !Number.isFinite(value) || (this.#seen >= LEAST && usual !== null && size > SUDDEN * usual);
    if (sudden) {
      this.#sizes = new RecentMedian(RECENT);
      this.#seen = 0;
    }
    if (Number.isFinite(value)) {
      this.#seen++;
      this.#sizes.add(size);
    }
    return sudden;
  }
}
