import { printable } from './format.ts';

export interface Cell {
  readonly text: string;
  readonly align?: 'left' | 'right';
  readonly style?: (text: string) => string;
}

/** A row of cells, or a line of its own that takes no part in the columns. */
export type Row = readonly Cell[] | string;

const GAP = 3;

export const NO_BREAK = '\u00a0';

/**
 * Rows as lines with aligned columns, `indent` spaces from the left. Widths are counted in characters before they are
 * styled, so that colour moves nothing.
 */
export function alignRows(rows: readonly Row[], indent: number): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    if (typeof row !== 'string') {
      row.forEach(({ text }, column) => (widths[column] = Math.max(widths[column] ?? 0, lengthOf(printable(text)))));
    }
  }
  return rows.map((row) => {
    if (typeof row === 'string') {
      return row;
    }
    const cells = row.map((cell, column) => {
      const text = printable(cell.text);
      const space = ' '.repeat((widths[column] ?? 0) - lengthOf(text));
      const styled = cell.style?.(text) ?? text;
      return cell.align === 'right' ? space + styled : styled + space;
    });
    return `${' '.repeat(indent)}${cells.join(' '.repeat(GAP))}`.trimEnd();
  });
}

/**
 * A sentence as lines of at most `width` characters, broken between words. The first is `indent` spaces from the left,
 * the rest `hanging`. Lines of the text itself stay lines; a no-break space keeps words together and comes out plain.
 */
export function wrap(text: string, width: number, indent = 0, hanging = indent): string[] {
  const lines: string[] = [];
  for (const part of printable(text).split('\n')) {
    let line = ' '.repeat(lines.length === 0 ? indent : hanging);
    let empty = true;
    for (const word of part.split(' ').filter((each) => each !== '')) {
      if (!empty && lengthOf(line) + 1 + lengthOf(word) > width) {
        lines.push(line);
        line = ' '.repeat(hanging);
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    lines.push(line.trimEnd());
  }
  return lines.map((line) => line.replaceAll(NO_BREAK, ' '));
}

let segmenter: Intl.Segmenter | null = null;

/** Characters as people count them, not UTF-16 units. */
function lengthOf(text: string): number {
  // Its data take longer to load than all of the extension.
  segmenter ??= new Intl.Segmenter('en');
  return [...segmenter.segment(text)].length;
}
