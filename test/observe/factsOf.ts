import { readFileSync } from 'node:fs';
import type { FactName } from '../../src/core/run/facts/factLine.ts';
import type { FactLine, RecordLine, SourcePosition } from '../../src/core/run/record.ts';

/** The facts of one name in a record, in order. */
export function factsOf<Name extends FactName>(lines: readonly RecordLine[], name: Name): FactLine<Name>[] {
  const isMeant = (line: RecordLine): line is FactLine<Name> & FactLine => line.type === 'fact' && line.fact === name;
  return lines.filter(isMeant);
}

/** Finds the places that a test file marks: a comment `@name` and a space stand before what a stack frame points at. */
export function placesIn(url: string): (mark: string) => Pick<SourcePosition, 'line' | 'column'> {
  const lines = readFileSync(new URL(url), 'utf8').split('\n');
  return (mark) => {
    const text = `/*@${mark}*/`;
    const line = lines.findIndex((each) => each.includes(text));
    return { line: line + 1, column: (lines[line]?.indexOf(text) ?? 0) + text.length + 2 };
  };
}
