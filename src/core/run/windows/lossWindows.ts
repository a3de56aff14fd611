import type { WindowLine } from '../windowLine.ts';
import { OpenWindow } from './openWindow.ts';
import type { StepReading } from './stepReading.ts';

/** Nearly every step completes no window past step 2,000: it need make no list. */
const NONE: readonly WindowLine[] = [];

/** Gathers what is read at every step into windows, for each objective its own. */
export class LossWindows {
  readonly #open = new Map<string, OpenWindow>();

  /**
   * The windows that this step completes, in order.
   * @param alone The step is of interest by itself, as a jump is: it gets a window of its own.
   */
  add(reading: StepReading, alone: boolean): readonly WindowLine[] {
    const own = this.#windowOf(reading.objective);
    let lines: WindowLine[] | null = null;
    for (const window of this.#open.values()) {
      // An objective that rests, or is done with, has its last window written when its time is over.
      const over = window === own ? alone || !own.takes(reading) : window.until < reading.step;
      if (over && !window.isEmpty) {
        lines = completed(lines, window);
      }
    }
    lines?.sort((a, b) => a.step - b.step);
    own.add(reading);
    if (alone || reading.step >= own.until) {
      lines = completed(lines, own);
    }
    return lines ?? NONE;
  }

  /** Those that are still open: nothing more comes. */
  close(): readonly WindowLine[] {
    let lines: WindowLine[] | null = null;
    for (const window of this.#open.values()) {
      lines = completed(lines, window);
    }
    return lines?.sort((a, b) => a.step - b.step) ?? NONE;
  }

  #windowOf(objective: string): OpenWindow {
    let window = this.#open.get(objective);
    if (window === undefined) {
      window = new OpenWindow();
      this.#open.set(objective, window);
    }
    return window;
  }
}

function completed(lines: WindowLine[] | null, window: OpenWindow): WindowLine[] | null {
  const line = window.line();
  return line === null ? lines : [...(lines ?? []), line];
}
