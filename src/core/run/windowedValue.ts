import { toNumber } from './numbers.ts';
import type { WindowedValue } from './windowLine.ts';

/** What is known of a value over the steps of a window. */
export interface Spread {
  readonly mean: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(value: WindowedValue): Spread {
  if (typeof value === 'number' || typeof value === 'string') {
    const number = toNumber(value);
    return { mean: number, last: number, min: number, max: number };
  }
  const [min, , max, , mean, last] = value;
  return { mean: toNumber(mean), last: toNumber(last), min: toNumber(min), max: toNumber(max) };
}
