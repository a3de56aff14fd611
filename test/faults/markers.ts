/** A place in a script: 1-based lines and columns; the end is the first character behind it. */
export interface MarkedRange {
  /** What is expected there. */
  readonly id: string;
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

export interface StrippedScript {
  /** As long as the marked one, each marker replaced by spaces: every other character stays where it was. */
  readonly text: string;
  readonly ranges: readonly MarkedRange[];
}

const MARKER = /\/\*@(?:expect (\w+))?\*\//g;

/** The guilty expression of a seeded fault. */
export function marked(id: string, expression: string): string {
  return `/*@expect ${id}*/${expression}/*@*/`;
}

/** Takes the marks out of a script, so that nothing that reads it can see what is expected. */
export function stripMarkers(script: string): StrippedScript {
  const open: { id: string; at: number }[] = [];
  const ranges: MarkedRange[] = [];
  for (const match of script.matchAll(MARKER)) {
    const [marker, id] = match;
    if (id !== undefined) {
      open.push({ id, at: match.index + marker.length });
      continue;
    }
    const opened = open.pop();
    if (opened === undefined) {
      throw new Error('A mark ends that did not begin.');
    }
    ranges.push({ id: opened.id, start: placeAt(script, opened.at), end: placeAt(script, match.index) });
  }
  if (open.length > 0) {
    throw new Error('A mark does not end.');
  }
  return { text: script.replace(MARKER, (marker) => ' '.repeat(marker.length)), ranges };
}

function placeAt(text: string, index: number): MarkedRange['start'] {
  const before = text.slice(0, index);
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
}
