/**
 * Arrays for numbers that are read at every step and forgotten with it. A fresh array for each would be most of the cost of
 * reading: JavaScript takes the memory of larger ones from the system.
 */
export class Scratch {
  private readonly arrays: Float32Array[] = [];
  private taken = 0;

  /** An array that is its taker's until `reset`; its numbers are whatever was there before. */
  take(size: number): Float32Array {
    const place = this.taken++;
    const known = this.arrays[place];
    if (known?.length === size) {
      return known;
    }
    const fresh = new Float32Array(size);
    this.arrays[place] = fresh;
    return fresh;
  }

  /** A new step: every array is free again. */
  reset(): void {
    this.taken = 0;
  }
}
