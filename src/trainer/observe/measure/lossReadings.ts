import type { StepLine } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import type { ObservedForward, TermReading } from '../tape/observedForward.ts';

/** A term's loss at one step. */
export interface LossReading {
  /** Null where the script disposed of it. */
  readonly raw: number | null;
  /** Null where no trained variable leads to the loss. */
  readonly weight: number | null;
  readonly weighted: number | null;
}

/**
 * A term's loss. The total is linear in the losses, with the seeds as factors: so the weight is the seed of a single loss and
 * the sum of the seeds over a batch, and what the loss adds to the total is <seed, loss>.
 */
export function lossReading({ leaves }: TermReading, seeds: ReadonlyMap<number, ArrayLike<number>>): LossReading {
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
  return { raw, weight, weighted };
}

const NO_SEEDS: ReadonlyMap<number, ArrayLike<number>> = new Map();

/** The term's loss itself; null where the script disposed of it. */
export function rawLoss(reading: TermReading): number | null {
  return lossReading(reading, NO_SEEDS).raw;
}

/** The terms of a step with what was read of them, in the objective's order. */
export function readings({ tasks, regularisers }: ObservedForward): TermReading[] {
  return regularisers === null ? [...tasks] : [...tasks, regularisers];
}

/** @param firstRaw The first finite value of this term's loss other than 0, this step's included. */
export function recordedLoss(
  { raw, weight, weighted }: LossReading,
  firstRaw: number | undefined,
): StepLine['loss'][number] {
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
