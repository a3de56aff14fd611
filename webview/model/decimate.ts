/** Values over common steps, ready for a canvas. */
export interface Columns {
  readonly steps: readonly number[];
  readonly series: readonly (readonly (number | null)[])[];
}

/**
 * At most two points per pixel column and series, its least and its greatest value in the order they came: what is
 * drawn is the same, and no outlier is lost. `pixels` is the width of the plot; `fits` tells the values that can be drawn.
 */
export function decimate({ steps, series }: Columns, pixels: number, fits: (value: number) => boolean): Columns {
  const columns = Math.max(1, Math.floor(pixels));
  if (steps.length <= 2 * columns) {
    return { steps, series };
  }
  const bounds = Array.from({ length: columns + 1 }, (_, i) => Math.floor((i * steps.length) / columns));
  const outSteps: number[] = [];
  const out = series.map((): (number | null)[] => []);
  for (let column = 0; column < columns; column++) {
    const [from, to] = [bounds[column] ?? 0, bounds[column + 1] ?? 0];
    outSteps.push(steps[from] ?? 0, steps[to - 1] ?? 0);
    series.forEach((values, i) => out[i]?.push(...extremes(values, from, to, fits)));
  }
  return { steps: outSteps, series: out };
}

function extremes(
  values: readonly (number | null)[],
  from: number,
  to: number,
  fits: (value: number) => boolean,
): [number | null, number | null] {
  let [low, high] = [-1, -1];
  for (let i = from; i < to; i++) {
    const value = values[i];
    if (value === null || value === undefined || !fits(value)) {
      continue;
    }
    if (low === -1 || value < (values[low] ?? Infinity)) {
      low = i;
    }
    if (high === -1 || value > (values[high] ?? -Infinity)) {
      high = i;
    }
  }
  if (low === -1) {
    return [null, null];
  }
  const [first, second] = low < high ? [low, high] : [high, low];
  return [values[first] ?? null, values[second] ?? null];
}
