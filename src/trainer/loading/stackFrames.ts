import { fileURLToPath } from 'node:url';

/** A frame of a stack as it was printed: a file's absolute path, and 1-based line and column. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The frames of a printed V8 stack that lie in files, innermost first. */
export function framesIn(stack: string): Frame[] {
  return stack.split('\n').flatMap((line) => {
    const text = /^\s+at (.*)$/.exec(line)?.[1];
    // `at name (place)` or `at place`; a path may hold brackets itself.
    const place = text?.endsWith(')') === true ? text.slice(text.indexOf(' (') + 2, -1) : text?.replace(/^async /, '');
    const frame = place === undefined ? null : frameOf(place);
    return frame === null ? [] : [frame];
  });
}

/**
 * The place that Node puts above the stack of a syntax error: `file:line`, the line itself, and a mark under the fault.
 * Null where an error has none.
 */
export function faultAbove(stack: string): Frame | null {
  const lines = stack.split('\n');
  const frame = frameOf(`${lines[0] ?? ''}:1`);
  const mark = lines.slice(1, 4).find((line) => /^\s*\^+\s*$/.test(line));
  return frame === null || mark === undefined ? null : { ...frame, column: mark.indexOf('^') + 1 };
}

function frameOf(place: string): Frame | null {
  const [, where, line, column] = /^(.+):(\d+):(\d+)$/.exec(place) ?? [];
  const file = where === undefined ? null : absoluteFile(where);
  return file === null ? null : { file, line: Number(line), column: Number(column) };
}

function absoluteFile(where: string): string | null {
  if (where.startsWith('file:')) {
    try {
      return fileURLToPath(where);
    } catch {
      return null;
    }
  }
  return /^(\/|[A-Za-z]:[\\/])/.test(where) ? where : null;
}
