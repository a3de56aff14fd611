import { readFileSync } from 'node:fs';
import { findSourceMap } from 'node:module';
import path from 'node:path';
import type { SourcePosition } from '../../core/run/record.ts';
import { findImport } from './findImport.ts';
import { findUnparsable } from './findUnparsable.ts';
import { faultAbove, framesIn, type Frame } from './stackFrames.ts';
import { isInside } from './rules.ts';

export interface SourcePositions {
  /** The frames in the user's code, innermost first, where their author wrote them. */
  framesOf(error: Error): SourcePosition[];
  /**
   * Where in the user's code an error comes from: the fault of a syntax error, the innermost frame, or the import of what
   * cannot be found. Null where nothing of it is the user's.
   */
  userPosition(error: Error): SourcePosition | null;
}

export interface PositionOptions {
  /** The training script. */
  readonly entry: string;
  /** Positions inside it are relative to it. */
  readonly cwd: string;
  /** The debugger's own code, built and source. */
  readonly ownFolders: readonly string[];
}

/**
 * Reads positions in the user's code off errors. Node itself shows where the author wrote what a source map covers
 * (TypeScript, bundles); a script that formats stacks its own way (`Error.prepareStackTrace`) is helped here.
 */
export function createSourcePositions({ entry, cwd, ownFolders }: PositionOptions): SourcePositions {
  const stockFormat = stackFormat();
  const isUsers = (file: string): boolean => {
    const inside = relativeInside(cwd, file);
    return !(inside ?? file).split(/[\\/]/).includes('node_modules') && !isInside(file, ownFolders);
  };
  const asWritten = (frame: Frame): Frame => {
    return stackFormat() === stockFormat ? frame : mapped(frame);
  };
  const positionOf = ({ file, line, column }: Frame): SourcePosition => ({
    file: relativeInside(cwd, file)?.replaceAll('\\', '/') ?? file,
    line,
    column,
  });
  const framesOf = (error: Error): SourcePosition[] => {
    const { stack } = error as { readonly stack?: unknown };
    return typeof stack === 'string'
      ? framesIn(stack)
          .map(asWritten)
          .filter(({ file }) => isUsers(file))
          .map(positionOf)
      : [];
  };
  return {
    framesOf,
    userPosition: (error) => {
      const fault = typeof error.stack === 'string' ? faultAbove(error.stack) : null;
      if (fault !== null && isUsers(fault.file)) {
        return positionOf(fault);
      }
      const [innermost] = framesOf(error);
      if (innermost !== undefined) {
        return innermost;
      }
      const read = (file: string): string => readFileSync(file, 'utf8');
      const found = error instanceof SyntaxError ? findUnparsable(entry, read) : findImport(error.message, read);
      return found !== null && isUsers(found.file) ? positionOf(found) : null;
    },
  };
}

/** The path of a file inside a folder, or null where it lies outside. */
export function relativeInside(folder: string, file: string): string | null {
  const relative = path.relative(folder, file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? null : relative;
}

/** What formats this process's stacks; never called here. */
function stackFormat(): unknown {
  return Reflect.get(Error, 'prepareStackTrace');
}

function mapped(frame: Frame): Frame {
  const entry = findSourceMap(frame.file)?.findEntry(frame.line - 1, frame.column - 1);
  if (entry === undefined || !('originalSource' in entry)) {
    return frame;
  }
  const [original] = framesIn(`    at ${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`);
  return original ?? frame;
}
