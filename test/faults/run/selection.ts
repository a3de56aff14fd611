import type { Task } from './runAll.ts';
import { faultVariants, healthyVariants, type Variant } from './variant.ts';

export const SEEDS = 10;

export function allVariants(): Variant[] {
  return [...faultVariants(), ...healthyVariants()];
}

/** Every variant with every seed; seeds from `first`, seed by seed, so that a run that is broken off has some of each. */
export function allTasks(variants: readonly Variant[], seeds: number, first = 1): Task[] {
  return Array.from({ length: seeds }, (_, i) => i + first).flatMap((seed) =>
    variants.map((variant) => ({ variant, seed })),
  );
}

/** One variant of each fault and look-alike, with one seed: another base model and style from one to the next. */
export function quickTasks(variants: readonly Variant[]): Task[] {
  const kinds = [...new Set(variants.map(kindOf))];
  return kinds.flatMap((kind, index) => {
    const own = variants.filter((variant) => kindOf(variant) === kind);
    const variant = own[(index * 3) % own.length];
    return variant === undefined ? [] : [{ variant, seed: 1 }];
  });
}

function kindOf({ id }: Variant): string {
  return id.split('.')[0] ?? id;
}
