import { toNumber } from '../run/numbers.ts';
import type { HeaderLine, RecordedNumber, SourcePosition } from '../run/record.ts';

/** What stands where nothing was measured. */
export const UNKNOWN = '–';

/** Four significant digits from 0.001 up to 10,000, else three and an exponent: `0.6931`, `1.77e7`, `NaN`, `∞`. */
export function formatNumber(recorded: RecordedNumber | null | undefined): string {
  if (recorded === null || recorded === undefined) {
    return UNKNOWN;
  }
  const value = toNumber(recorded);
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  const size = Math.abs(value);
  if (size === Infinity) {
    return value < 0 ? '-∞' : '∞';
  }
  const rounded = Number(value.toPrecision(4));
  if (size === 0 || (Math.abs(rounded) >= 1e-3 && Math.abs(rounded) < 1e4)) {
    return String(size === 0 ? 0 : rounded);
  }
  return Number(value.toPrecision(3)).toExponential().replace('e+', 'e');
}

/** A share or a part as percent, three significant digits. Only the whole is `100 %`. */
export function formatPercent(recorded: RecordedNumber | null | undefined): string {
  if (recorded === null || recorded === undefined) {
    return UNKNOWN;
  }
  const percent = toNumber(recorded) * 100;
  if (Number.isNaN(percent)) {
    return 'NaN';
  }
  const rounded = Number(percent.toPrecision(3));
  if (rounded === 100 && percent < 99.99) {
    return '>99.9 %';
  }
  return `${formatNumber(Number.isFinite(percent) ? rounded : percent)} %`;
}

/** A whole number of steps, weights or variables: `12,340`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 step`, `40 steps`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (milliseconds < 999.5) {
    return `${Math.round(milliseconds)} ms`;
  }
  if (seconds < 60) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `file:line:column`, which terminals and editors turn into a link. */
export function formatPosition(position: SourcePosition | null): string {
  return position === null ? 'a place that is not known' : `${position.file}:${position.line}:${position.column}`;
}

/** Which steps of a run are observed: `every step`, `every 2nd step`, `every 10th step`, `within a budget of 5 %`. */
export function formatEvery({ every, budget }: Pick<HeaderLine, 'every' | 'budget'>): string {
  if (every === null) {
    return `within a budget of ${formatPercent(budget)}`;
  }
  if (every === 0) {
    return 'no step';
  }
  if (every === 1) {
    return 'every step';
  }
  return `every ${formatCount(every)}${ordinalEnding(every)} step`;
}

/** `st`, `nd`, `rd` or `th`. */
export function ordinalEnding(count: number): string {
  const ending = Math.floor(count / 10) % 10 === 1 ? undefined : ['st', 'nd', 'rd'][(count % 10) - 1];
  return ending ?? 'th';
}

/** At most `most` of the names, and how many more there are. */
export function formatNames(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${formatCount(names.length - most)} more` : shown;
}

/** Names and messages come from the script: a control character in them must not steer the terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
