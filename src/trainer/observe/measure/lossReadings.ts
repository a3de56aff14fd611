import type { StepLine } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import type { TermReading } from '../tape/observedForward.ts';

type LossReading = StepLine['loss'][number];

/**
 * A term's loss as recorded. The total is linear in the losses, with the seeds as factors: so the weight is the seed of
 * a single loss and the sum of the seeds over a batch, and what the loss adds to the total is <seed, loss>.
 */
export function lossReading(
  { leaves }: TermReading,
  seeds: ReadonlyMap<number, ArrayLike<number>>,
  firstRaw: number | undefined,
): LossReading {
  let raw: number | null = 0;
  let weighted: number | null = 0;
  let weight: number | null = null;
  for (const { id, values } of leaves) {
    const seed = seeds.get(id);
    if (values === null) {
      [raw, weighted] = [null, null];
    } else {
      raw = raw === null ? null : raw + mean(values);
      weighted = weighted === null || seed === undefined ? null : weighted + dot(seed, values);
    }
    if (seed !== undefined) {
      weight = Math.max(weight ?? -Infinity, sum(seed));
    }
  }
  const relative = raw === null || firstRaw === undefined ? null : raw / firstRaw;
  return {
    raw: raw === null ? null : toRecorded(raw),
    weight: weight === null ? null : toRecorded(weight),
    weighted: weighted === null ? null : toRecorded(weighted),
    relative: relative === null ? null : toRecorded(relative),
  };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let k = 0; k < values.length; k++) {
    total += values[k] ?? 0;
  }
  return total;
}

function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let k = 0; k < a.length; k++) {
    total += (a[k] ?? 0) * (b[k] ?? 0);
  }
  return total;
}
