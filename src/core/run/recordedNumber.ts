import type { RecordedNumber } from './record.ts';

/** A number as the record carries it: JSON has no NaN and no infinity. */
export function recorded(value: number): RecordedNumber {
  if (Number.isFinite(value)) {
    return value;
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** The number again. */
export function fromRecorded(value: RecordedNumber): number {
  return Number(value);
}
