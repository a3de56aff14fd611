import type { Progress } from '../../core/report/progress.ts';
import { progressLine } from './progressText.ts';

const EVERY_PART = 0.1;
const EVERY_MS = 5_000;
const LEAST_MS = 500;

/**
 * Says when a log gets its next progress line: at the first loss, then at every tenth of the work or, where its length
 * is not known or a tenth takes long, every five seconds; never more often than twice a second.
 */
export class PlainLines {
  #last: { readonly time: number; readonly part: number; readonly step: number } | null = null;

  /** The line to write now, or null. `time` in milliseconds. */
  next(progress: Progress, time: number): string | null {
    const { step, total, losses } = progress;
    const last = this.#last;
    const part = total === null || total === 0 ? 0 : Math.floor(step / total / EVERY_PART);
    if (losses.length === 0 || (last !== null && (step === last.step || time - last.time < LEAST_MS))) {
      return null;
    }
    if (last !== null && part <= last.part && time - last.time < EVERY_MS) {
      return null;
    }
    this.#last = { time, part, step };
    return progressLine(progress);
  }
}
