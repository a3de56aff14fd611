/** A unit at 0 for as many samples counts as dead (SageMaker Debugger and AutoTrainer look at as many). */
export const DEAD_AFTER = 500;

/**
 * Per unit of a rectifier: 1 where it is above 0 on some row, or no number, else 0; `values` are the pre-activations or the outputs,
 * row by row with the unit as the last axis.
 */
export function aliveUnits(values: ArrayLike<number>, units: number): Uint8Array {
  const alive = new Uint8Array(units);
  let silent = units;
  // Most units are alive on one of the first rows: the rest is looked at only for those that are not.
  for (let row = 0; row < values.length && silent > 0; row += units) {
    for (let unit = 0; unit < units; unit++) {
      if (alive[unit] === 0 && !((values[row + unit] ?? 0) <= 0)) {
        alive[unit] = 1;
        silent--;
      }
    }
  }
  return alive;
}

/** How many values lie below `low` or above `high`. */
export function countBeyond(values: ArrayLike<number>, low: number, high: number): number {
  let beyond = 0;
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? 0;
    if (value < low || value > high) {
      beyond++;
    }
  }
  return beyond;
}

/** For how long the units of one activation have been silent: a batch without a sign of life proves little, many do. */
export class SilentUnits {
  #samples = new Float64Array(0);

  /**
   * Takes in a batch of so many samples.
   * @param alive Of each place where the units are used: per unit 0 where it was silent there
   * @returns how many units were silent in it, and how many have been for `DEAD_AFTER` samples or more
   */
  note(alive: readonly ArrayLike<number>[], units: number, samples: number): { silent: number; dead: number } {
    if (this.#samples.length !== units) {
      this.#samples = new Float64Array(units);
    }
    const since = this.#samples;
    let [silent, dead] = [0, 0];
    for (let unit = 0; unit < units; unit++) {
      let lives = 0;
      for (const each of alive) {
        lives += each[unit] ?? 0;
      }
      const now = lives > 0 ? 0 : (since[unit] ?? 0) + samples;
      since[unit] = now;
      silent += lives > 0 ? 0 : 1;
      dead += now >= DEAD_AFTER ? 1 : 0;
    }
    return { silent, dead };
  }
}
