/** First and second moments of as many parameters as there are tasks, and the number of steps so far. */
export interface Moments {
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly steps: number;
}

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** One step of Adam (Kingma and Ba 2015) on a handful of numbers: what each is to be lowered by, and the new moments. */
export function adamStep(
  gradient: readonly number[],
  rate: number,
  { first, second, steps }: Moments,
): { readonly change: number[]; readonly moments: Moments } {
  const next: Moments = {
    first: gradient.map((g, i) => BETA1 * (first[i] ?? 0) + (1 - BETA1) * g),
    second: gradient.map((g, i) => BETA2 * (second[i] ?? 0) + (1 - BETA2) * g * g),
    steps: steps + 1,
  };
  const change = next.first.map((m, i) => {
    const v = (next.second[i] ?? 0) / (1 - BETA2 ** next.steps);
    return (rate * m) / (1 - BETA1 ** next.steps) / (Math.sqrt(v) + EPSILON);
  });
  return { change, moments: next };
}
