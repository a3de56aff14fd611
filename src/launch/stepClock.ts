const WINDOW_MS = 10_000;
const LEAST_MS = 300;

/** Keeps the step counts of the last seconds: a rate that follows the training, and does not flicker. */
export class StepClock {
  #marks: { readonly time: number; readonly step: number }[] = [];

  /** `time` in milliseconds, on any clock that does not go back. */
  mark(time: number, step: number): void {
    if (step === 0) {
      // Until the first step the script loads and prepares its data: that time is no part of the rate.
      return;
    }
    this.#marks.push({ time, step });
    const old = this.#marks.findIndex((mark) => mark.time >= time - WINDOW_MS);
    this.#marks = this.#marks.slice(Math.max(0, old - 1));
  }

  /** Steps per second; null before two counts lie far enough apart to say. */
  get rate(): number | null {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.time - first.time < LEAST_MS || last.step === first.step) {
      return null;
    }
    return ((last.step - first.step) * 1000) / (last.time - first.time);
  }
}
