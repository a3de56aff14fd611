import type { RecordLine, SourcePosition } from './record.ts';

/** Every place of the user's source that a line of a record names. */
export function positionsIn(line: RecordLine): SourcePosition[] {
  switch (line.type) {
    case 'plan':
    case 'event':
    case 'fact':
      return known([line.position]);
    case 'graph':
      return known([...line.terms, ...line.objectives, ...line.cuts].map(({ position }) => position));
    case 'end':
      return known([line.error?.position ?? null]);
    case 'header':
    case 'backend':
    case 'step':
    case 'window':
    case 'halves':
    case 'validation':
      return [];
  }
}

export function samePosition(a: SourcePosition, b: SourcePosition): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

function known(positions: readonly (SourcePosition | null)[]): SourcePosition[] {
  return positions.filter((position) => position !== null);
}
