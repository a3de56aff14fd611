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
