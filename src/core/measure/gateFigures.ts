/** A row whose gate has less than this part of the largest entropy listens to one expert. */
export const COLLAPSED_BELOW = 0.05;

export interface GateFigures {
  readonly entropy: number;
  readonly collapsed: number;
  readonly load: readonly number[];
}

/** Entropy, collapse and load of a gate over the rows of a batch: `weights` row by row, each row over the experts. */
export function gateFigures(weights: ArrayLike<number>, experts: number): GateFigures {
  const rows = weights.length / experts;
  const load = Array<number>(experts).fill(0);
  let [entropies, collapsed] = [0, 0];
  for (let row = 0; row < weights.length; row += experts) {
    let entropy = 0;
    for (let expert = 0; expert < experts; expert++) {
      const weight = weights[row + expert] ?? 0;
      load[expert] = (load[expert] ?? 0) + weight / rows;
      // p ln p tends to 0 with p, where the formula has no number.
      entropy -= weight === 0 ? 0 : weight * Math.log(weight);
    }
    const relative = entropy / Math.log(experts);
    entropies += relative;
    collapsed += relative < COLLAPSED_BELOW ? 1 : 0;
  }
  return { entropy: entropies / rows, collapsed: collapsed / rows, load };
}
