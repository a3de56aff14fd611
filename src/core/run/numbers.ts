import type { RecordedNumber } from './record.ts';

/** The number that the record's text stands for: `"NaN"` is NaN again, and the infinities are infinite. */
export function toNumber(recorded: RecordedNumber): number {
  return typeof recorded === 'number' ? recorded : Number(recorded);
}

/** The opposite of `toNumber`: JSON would turn NaN and the infinities into null. */
export function toRecorded(value: number): RecordedNumber {
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  if (value === Infinity) {
    return 'Infinity';
  }
  return value === -Infinity ? '-Infinity' : value;
}

/** The middle value; the mean of the two middle ones for an even count. NaN where any value is NaN, null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) {
    return null;
  }
  if (values.some(Number.isNaN)) {
    return NaN;
  }
  const sorted = [...values].sort((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const high = sorted[upper] ?? NaN;
  const low = sorted[upper - 1] ?? NaN;
  // Equal infinities are their own middle; their difference would be NaN.
  return sorted.length % 2 === 1 || low === high ? high : low + (high - low) / 2;
}
