import type { WindowedValue } from '../windowLine.ts';
import { sevenDigits } from './sevenDigits.ts';

/** What is kept of each value: smallest, its step, largest, its step, sum, last, how many, how many of them NaN. */
const KEPT = 8;
const [MIN, MIN_STEP, MAX, MAX_STEP, SUM, LAST, COUNT, NOT_NUMBERS] = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Running smallest, largest, mean and last of several values at once: flat, since it is filled at every training step. */
export class RunningValues {
  readonly #kept: Float64Array;

  constructor(readonly count: number) {
    this.#kept = new Float64Array(count * KEPT);
    this.clear();
  }

  clear(): void {
    const kept = this.#kept;
    kept.fill(0);
    for (let at = 0; at < kept.length; at += KEPT) {
      kept[at + MIN] = Infinity;
      kept[at + MAX] = -Infinity;
    }
  }

  add(index: number, step: number, value: number): void {
    const kept = this.#kept;
    const at = index * KEPT;
    kept[at + LAST] = value;
    kept[at + COUNT] = (kept[at + COUNT] ?? 0) + 1;
    if (value !== value) {
      kept[at + NOT_NUMBERS] = (kept[at + NOT_NUMBERS] ?? 0) + 1;
      return;
    }
    kept[at + SUM] = (kept[at + SUM] ?? 0) + value;
    // A step of 0 is none: so an infinity finds its place, too.
    if (kept[at + MIN_STEP] === 0 || value < (kept[at + MIN] ?? 0)) {
      kept[at + MIN] = value;
      kept[at + MIN_STEP] = step;
    }
    if (kept[at + MAX_STEP] === 0 || value > (kept[at + MAX] ?? 0)) {
      kept[at + MAX] = value;
      kept[at + MAX_STEP] = step;
    }
  }

  /** As the record has it; null where nothing was added. */
  value(index: number): WindowedValue | null {
    const at = index * KEPT;
    const count = this.#of(at + COUNT);
    if (count === 0) {
      return null;
    }
    const [notNumbers, min, max, last] = [
      this.#of(at + NOT_NUMBERS),
      this.#of(at + MIN),
      this.#of(at + MAX),
      this.#of(at + LAST),
    ];
    if (notNumbers === count || (notNumbers === 0 && min === max)) {
      return sevenDigits(last);
    }
    // Rounding may carry the mean of equal values beyond them.
    const mean = notNumbers > 0 ? NaN : Math.min(max, Math.max(min, this.#of(at + SUM) / count));
    return [
      sevenDigits(min),
      this.#of(at + MIN_STEP),
      sevenDigits(max),
      this.#of(at + MAX_STEP),
      sevenDigits(mean),
      sevenDigits(last),
    ];
  }

  #of(place: number): number {
    return this.#kept[place] ?? 0;
  }
}
