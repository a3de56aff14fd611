import { wilson } from '../../../src/core/measure/wilson.ts';

/** `97.5 % (78/80; 91.3 to 99.3)`. */
export function rate(flags: readonly boolean[]): string {
  const { value, low, high, successes, trials } = wilson(flags.filter(Boolean).length, flags.length);
  const percent = (fraction: number): string => (100 * fraction).toFixed(1);
  return value === null ? '–' : `${percent(value)} % (${successes}/${trials}; ${percent(low)} to ${percent(high)})`;
}

/** `12 / 86 (n = 70)`: median and 90th percentile. */
export function spread(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  const at = (fraction: number): number =>
    known[Math.min(known.length - 1, Math.ceil(fraction * known.length) - 1)] ?? NaN;
  return known.length === 0 ? '–' : `${at(0.5)} / ${at(0.9)} (n = ${known.length})`;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
