/** Whether all units of a kernel are alike: its last dimension counts them, so all numbers of a row are the same. */
export function haveEqualUnits(values: ArrayLike<number>, units: number): boolean {
  for (let row = 0; row < values.length; row += units) {
    const first = values[row] ?? 0;
    for (let unit = 1; unit < units; unit++) {
      if (values[row + unit] !== first) {
        return false;
      }
    }
  }
  return true;
}
