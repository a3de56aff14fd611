import type { Base, BaseName } from './base.ts';
import { convolution } from './convolution.ts';
import { experts } from './experts.ts';
import { mixed, regressions } from './regressions.ts';

export const BASES: readonly Base[] = [regressions, mixed, experts, convolution];

/** Thresholds may be chosen by these. The others are held out: chosen before the first run, and reported apart. */
export const CALIBRATION: ReadonlySet<BaseName> = new Set(['regressions', 'experts']);

export function baseOf(name: BaseName): Base {
  const found = BASES.find((base) => base.name === name);
  if (found === undefined) {
    throw new Error(`There is no base model ${name}.`);
  }
  return found;
}
