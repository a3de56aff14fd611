import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';
import { plainStyle, type Style } from '../core/report/style.ts';

const paint =
  (format: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    styleText(format, text, { validateStream: false });

const colours: Style = {
  heading: paint(['bold', 'underline']),
  strong: paint('bold'),
  faint: paint('dim'),
  good: paint('green'),
  warn: paint('yellow'),
  bad: paint('red'),
};

/** Colours where a person reads: on a terminal, unless NO_COLOR asks for none; elsewhere if FORCE_COLOR asks for them. */
export function terminalStyle(stream: Pick<WriteStream, 'isTTY'>, env = process.env): Style {
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const wanted = forced || (stream.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb');
  return wanted ? colours : plainStyle;
}

/** The width to write for: the terminal's, from 80 to 100 columns; less only where the terminal has less. */
export function pageWidth(stream: { readonly columns?: number; readonly isTTY?: boolean }): number {
  return stream.isTTY === true && stream.columns !== undefined && stream.columns > 0
    ? Math.min(100, stream.columns)
    : 80;
}
