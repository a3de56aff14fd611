/** A unit at 0 for as many samples counts as dead (SageMaker Debugger and AutoTrainer look at as many). */
export const DEAD_AFTER = 500;

/**
 * Which units of a rectifier are above 0 on some row, or no number; `values` are the pre-activations or the outputs, row by row
 * with the unit as the last axis.
 */
export function aliveUnits(values: ArrayLike<number>, units: number): boolean[] {
  const alive = Array<boolean>(units).fill(false);
  let silent = units;
  // Most units are alive on one of the first rows: the rest is looked at only for those that are not.
  for (let row = 0; row < values.length && silent > 0; row += units) {
    for (let unit = 0; unit < units; unit++) {
      if (alive[unit] === false && !((values[row + unit] ?? 0) <= 0)) {
        alive[unit] = true;
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
  #samples: number[] = [];

  /** Takes in a batch of so many samples; returns how many units were silent for `DEAD_AFTER` samples or more. */
  note(alive: readonly boolean[], samples: number): number {
    const before = this.#samples.length === alive.length ? this.#samples : [];
    this.#samples = alive.map((lives, unit) => (lives ? 0 : (before[unit] ?? 0) + samples));
    return this.#samples.filter((silent) => silent >= DEAD_AFTER).length;
  }
}
