import { median } from '../run/numbers.ts';
import type { PacedGroup } from '../diagnosis/rules/rates/optimizersAt.ts';

/**
 * Size of an update over that of the weights, at the first steps of a run that learns well: 5e-3 to 1e-1 in small networks under SGD,
 * Momentum, Adam and RMSProp, with rates that train them in some hundred steps; it comes down to about 1e-3 later.
 */
export const GOOD_RATIO = 3e-2;

/** So many first looks tell what a small rate does; a large one has changed the weights after one. */
const LOOKS = { raise: 10, lower: 1 } as const;

/** By what the rate of these groups should be multiplied; null where nothing was measured. */
export function factorFor(groups: readonly PacedGroup[], way: 'raise' | 'lower'): number | null {
  const ratios = groups.flatMap(({ ratios }) => median(ratios.slice(0, LOOKS[way]).map(({ value }) => value)) ?? []);
  const ratio = Math.exp(ratios.reduce((sum, value) => sum + Math.log(value), 0) / ratios.length);
  return ratios.length === 0 || !Number.isFinite(ratio) ? null : GOOD_RATIO / ratio;
}
