/** A place in a text; 0-based, as editors count. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

export interface TextRange {
  readonly start: Place;
  readonly end: Place;
}

/** A piece of text that took the place of what stood in `range`. */
export interface Edit {
  readonly range: TextRange;
  readonly text: string;
}

/** The one edit between two texts that leaves most of both as it is; null where they are the same. */
export function editBetween(before: string, after: string): Edit | null {
  if (before === after) {
    return null;
  }
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) {
    start++;
  }
  let end = 0;
  while (end < least - start && before.at(-1 - end) === after.at(-1 - end)) {
    end++;
  }
  const range = { start: placeAt(before, start), end: placeAt(before, before.length - end) };
  return { range, text: after.slice(start, after.length - end) };
}

function placeAt(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** Where a range lies after an edit. What was written inside it belongs to it; what was cut away leaves its rest. */
export function rangeAfter({ start, end }: TextRange, edit: Edit): TextRange {
  const movedEnd = placeAfter(end, edit);
  const movedStart = placeAfter(start, edit);
  return { start: isBefore(movedEnd, movedStart) ? movedEnd : movedStart, end: movedEnd };
}

function placeAfter(place: Place, { range, text }: Edit): Place {
  if (isBefore(place, range.start)) {
    return place;
  }
  const lines = text.split('\n');
  const last = lines.at(-1) ?? '';
  const newEnd: Place = {
    line: range.start.line + lines.length - 1,
    character: last.length + (lines.length === 1 ? range.start.character : 0),
  };
  if (isBefore(place, range.end)) {
    return newEnd;
  }
  return {
    line: place.line + newEnd.line - range.end.line,
    character: place.character + (place.line === range.end.line ? newEnd.character - range.end.character : 0),
  };
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
