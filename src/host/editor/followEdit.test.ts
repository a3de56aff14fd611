import { expect, it } from 'vitest';
import { seededRandom, type Random } from '../../../test/random.ts';
import { editBetween, rangeAfter, type Place, type TextRange } from './followEdit.ts';

function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)!.length };
}

function offsetOf(text: string, { line, character }: Place): number {
  return (
    text
      .split('\n')
      .slice(0, line)
      .reduce((sum, each) => sum + each.length + 1, 0) + character
  );
}

const textOf = (text: string, { start, end }: TextRange): string =>
  text.slice(offsetOf(text, start), offsetOf(text, end));

function randomText(random: Random, length: number): string {
  return Array.from({ length }, () => random.pick(['a', 'b', ' ', '\n'])).join('');
}

it('an edit outside a range leaves the same text in it, wherever it is then', () => {
  for (let seed = 1; seed <= 2_000; seed++) {
    const random = seededRandom(seed);
    const [before, marked, after] = [
      randomText(random, random.index(30)),
      `<${randomText(random, 5)}>`,
      randomText(random, random.index(30)),
    ];
    const text = before + marked + after;
    const range = { start: placeOf(text, before.length), end: placeOf(text, before.length + marked.length) };
    const inFront = random.next() < 0.5;
    const room = inFront ? before.length : after.length;
    const from = random.index(room + 1) + (inFront ? 0 : before.length + marked.length);
    const to = from + random.index((inFront ? before.length : text.length) - from + 1);
    const inserted = randomText(random, random.index(8));
    const edited = text.slice(0, from) + inserted + text.slice(to);
    const moved = rangeAfter(range, { range: { start: placeOf(text, from), end: placeOf(text, to) }, text: inserted });
    // What is written directly at the end of a range may be counted in.
    expect(textOf(edited, moved).startsWith(marked), `seed ${seed}`).toBe(true);
  }
});

it('what is written inside a range belongs to it, and what is cut away leaves the rest', () => {
  const range = { start: { line: 2, character: 4 }, end: { line: 2, character: 10 } };
  const edit = (from: number, to: number, text: string) => ({
    range: { start: { line: 2, character: from }, end: { line: 2, character: to } },
    text,
  });
  expect(rangeAfter(range, edit(6, 7, 'xyz'))).toEqual({ start: range.start, end: { line: 2, character: 12 } });
  expect(rangeAfter(range, edit(8, 20, ''))).toEqual({ start: range.start, end: { line: 2, character: 8 } });
  expect(rangeAfter(range, edit(0, 20, ''))).toEqual({
    start: { line: 2, character: 0 },
    end: { line: 2, character: 0 },
  });
});

it('the edit between two texts makes one of the other, and leaves what both begin and end with', () => {
  for (let seed = 1; seed <= 2_000; seed++) {
    const random = seededRandom(seed);
    const [head, tail] = [randomText(random, random.index(20)), randomText(random, random.index(20))];
    const middles = [randomText(random, random.index(6)), randomText(random, random.index(6))];
    const [before = '', after = ''] = middles.map((middle) => head + middle + tail);
    const edit = editBetween(before, after);
    if (before === after) {
      expect(edit, `seed ${seed}`).toBeNull();
      continue;
    }
    const [from, to] = [offsetOf(before, edit!.range.start), offsetOf(before, edit!.range.end)];
    expect(before.slice(0, from) + edit!.text + before.slice(to), `seed ${seed}`).toBe(after);
    // At least what both texts begin and end with stays.
    const shared = head.length + tail.length;
    expect(to - from, `seed ${seed}`).toBeLessThanOrEqual(before.length - shared);
    expect(edit!.text.length, `seed ${seed}`).toBeLessThanOrEqual(after.length - shared);
  }
});
