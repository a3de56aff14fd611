import { toRecorded } from '../numbers.ts';
import type { RecordedNumber } from '../record.ts';

/** Powers of ten up to this one are exact in double precision, so that dividing by one rounds once. */
const EXACT = 22;
const POWERS = Float64Array.from({ length: EXACT + 1 }, (_, exponent) => Number(`1e${exponent}`));

/** As the record carries a number that was float32: 7 significant digits, more of which it does not have. */
export function sevenDigits(value: number): RecordedNumber {
  if (!Number.isFinite(value)) {
    return toRecorded(value);
  }
  if (value === 0) {
    return 0;
  }
  const places = 6 - Math.floor(Math.log10(Math.abs(value)));
  // Far out, where the powers are not exact, the slow way: its text has 7 digits whatever they are multiplied by.
  if (places > EXACT || places < -EXACT) {
    return Number(value.toPrecision(7));
  }
  const power = POWERS[Math.abs(places)] ?? 1;
  return places >= 0 ? Math.round(value * power) / power : Math.round(value / power) * power;
}
