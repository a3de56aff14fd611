import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type ts from 'typescript';
import { nameAt, parseSource, type ParsedSource } from '../../../core/source/index.ts';
import type { SourcePosition } from '../../../core/run/record.ts';

/** The names that a script gives its values, read from its source when they are first needed. */
export interface SourceNames {
  /** The name under which the value computed at `position` is kept; null where there is none or the file cannot be read. */
  nameAt(position: SourcePosition): string | null;
}

/** @param loadTypescript Loads the parser, a bundle of its own; called once, when a name is first asked for. */
export function createSourceNames(cwd: string, loadTypescript: () => typeof ts): SourceNames {
  const parsed = new Map<string, ParsedSource | null>();
  let typescript: typeof ts | null = null;
  const parse = (file: string): ParsedSource | null => {
    try {
      const text = readFileSync(resolve(cwd, file), 'utf8');
      typescript ??= loadTypescript();
      return parseSource(typescript, file, text);
    } catch {
      // A file that is gone, or was never on disk (eval), has no names to offer; lines are shown instead.
      return null;
    }
  };
  return {
    nameAt: ({ file, line, column }) => {
      const source = parsed.has(file) ? parsed.get(file) : parse(file);
      parsed.set(file, source ?? null);
      return source === null || source === undefined ? null : nameAt(source, line, column);
    },
  };
}
