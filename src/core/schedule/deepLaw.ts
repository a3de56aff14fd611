/** Up to this step every one may be looked at in full; past it, lines stand in proportion further apart. */
const EACH_UP_TO = 500;

/** A line that is larger takes the place of several: in bytes. */
const LINE = 18_000;

/** How many lines may be owed where something happens that must be looked at. */
const MOST_OWED = 20;

/**
 * What a record has room for: how far apart the steps stand that are recorded with every gradient in every group. In a million
 * steps some 4,100 lines and 75 MB, whatever the model and however cheap it is to look.
 */
export class DeepLaw {
  /** The step from which the next line has room. */
  #due = 1;

  /**
   * Whether another line may be written at this step of the run.
   * @param urgent Something happened that must be looked at: a few lines may be owed then, and are waited for later.
   */
  fits(step: number, urgent = false): boolean {
    return step >= this.#due - (urgent ? MOST_OWED * spacing(step) : 0);
  }

  /** A line of `bytes` bytes was written, whether it had room or not. */
  wrote(step: number, bytes: number): void {
    // One step may have been saved up, so that spacings between whole numbers are met on average.
    this.#due = Math.max(this.#due, step - 1) + spacing(step) * Math.max(1, bytes / LINE);
  }
}

function spacing(step: number): number {
  return Math.max(1, Math.ceil(step / EACH_UP_TO));
}
