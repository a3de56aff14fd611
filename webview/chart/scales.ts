import { formatNumber } from '../../src/core/report/format.ts';

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** From the 1, 2 or 5 times a power of ten at or below `low` to the one at or above `high`. */
export function logRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !(low > 0) || !Number.isFinite(high)) {
    return [0.1, 1];
  }
  const from = nice(low, Math.floor);
  const to = nice(high, Math.ceil);
  return from < to ? [from, to] : [from / 2, to * 2];
}

function nice(value: number, round: (value: number) => number): number {
  const power = Math.floor(Math.log10(value));
  const steps = [1, 2, 5, 10].map((each) => each * 10 ** power);
  const fits = round === Math.floor ? steps.filter((each) => each <= value) : steps.filter((each) => each >= value);
  const found = round === Math.floor ? fits.at(-1) : fits[0];
  return found !== undefined && found > 0 && Number.isFinite(found) ? found : value;
}

/** Room on both sides of the values; a constant is in the middle. */
export function linearRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) {
    return [0, 1];
  }
  const room = high > low ? (high - low) * 0.06 : Math.abs(low) * 0.1;
  return room > 0 && Number.isFinite(room) ? [low - room, high + room] : [low - 1, high + 1];
}

/** Ticks of a logarithmic axis: whole decades, at most six; 1, 2 and 5 of each where the range is short. */
export function logTicks(low: number, high: number): number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.max(1, Math.ceil((to - from) / 6));
  const ticks: number[] = [];
  for (let power = from; power <= to; power += every) {
    const within = to - from <= 2 ? [1, 2, 5] : [1];
    ticks.push(...within.map((each) => each * 10 ** power));
  }
  return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}

/** `0.01`, `100`; powers of ten outside as 10⁶, and all of them where `powers` asks for one way of writing. */
export function tickText(value: number, powers = false): string {
  const power = Math.log10(Math.abs(value));
  if (value > 0 && (powers || Math.abs(power) >= 4) && Math.abs(power - Math.round(power)) < 1e-9) {
    const digits = Array.from(String(Math.abs(Math.round(power))), (digit) => SUPERSCRIPTS[Number(digit)] ?? '');
    return `10${power < 0 ? '⁻' : ''}${digits.join('')}`;
  }
  return formatNumber(value);
}

/** The texts of an axis, written in one way: a decade outside plain numbers makes all of them powers of ten. */
export function tickTexts(values: readonly number[]): string[] {
  const powers = values.every(isDecade) && values.some((value) => value >= 1e4 || value <= 1e-4);
  return values.map((value) => tickText(value, powers));
}

function isDecade(value: number): boolean {
  const power = Math.log10(value);
  return value > 0 && Math.abs(power - Math.round(power)) < 1e-9;
}

/** Heights of labels, in pixels, moved apart so that none covers another; within `from` and `to` where they fit. */
export function spread(wanted: readonly number[], distance: number, from: number, to: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = [...wanted];
  let above = from - distance;
  for (const i of order) {
    above = Math.max(placed[i] ?? 0, above + distance);
    placed[i] = above;
  }
  let below = to + distance;
  for (const i of order.reverse()) {
    below = Math.min(placed[i] ?? 0, below - distance);
    placed[i] = below;
  }
  return placed;
}
