import { expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { DeepLaw } from './deepLaw.ts';

/** The steps that are recorded where every one is offered. */
function recorded(steps: number, bytes: (step: number) => number, law = new DeepLaw()): number[] {
  const lines: number[] = [];
  for (let step = 1; step <= steps; step++) {
    if (law.fits(step)) {
      law.wrote(step, bytes(step));
      lines.push(step);
    }
  }
  return lines;
}

it('has room for every step at first, and for some 4,100 lines in a million steps', () => {
  const lines = recorded(1_000_000, () => 12_000);
  expect(lines.slice(0, 500)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  expect(lines.slice(500, 504)).toEqual([501, 503, 505, 507]);
  expect(lines.length).toBe(4_093);
  const last = lines.slice(-2);
  expect((last[1] ?? 0) - (last[0] ?? 0)).toBe(1_996);
});

it('makes room for large lines by having fewer', () => {
  const lines = recorded(1_000_000, () => 200_000);
  expect(lines.slice(0, 4)).toEqual([1, 13, 24, 35]);
  expect(lines.length * 200_000).toBeLessThan(80e6);
  expect(lines.length * 200_000).toBeGreaterThan(70e6);
});

it('keeps to 5,000 lines and 80 MB with lines of any size, however many are urgent', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = seededRandom(seed);
    const [least, factor] = [500 * 4 ** random.index(6), 1 + random.next()];
    const urgent = random.pick([0, 0.001, 1]);
    const law = new DeepLaw();
    let [lines, bytes] = [0, 0];
    for (let step = 1; step <= 1_000_000; step++) {
      if (law.fits(step, random.next() < urgent)) {
        const size = least * (1 + factor * random.next());
        law.wrote(step, size);
        lines++;
        bytes += size;
      }
    }
    expect(lines, `seed ${seed}`).toBeLessThan(5_000);
    // The first and the owed ones may be large.
    expect(bytes, `seed ${seed}`).toBeLessThan(80e6 + 21 * least * (1 + factor));
    expect(lines > 4_000 || bytes > 68e6, `seed ${seed}`).toBe(true);
  }
});

it('lets what is urgent be written at once, and waits for it later', () => {
  const law = new DeepLaw();
  recorded(100_000, () => 1_000, law);
  const spacing = 201;
  let owed = 0;
  for (let step = 100_001; law.fits(step, true); step++) {
    law.wrote(step, 1_000);
    owed++;
  }
  expect(owed).toBe(20);
  expect(law.fits(100_001 + 19 * spacing - spacing)).toBe(false);
  expect(law.fits(100_001 + 21 * spacing)).toBe(true);
});

it('serves objectives that take turns alike, where a round is written whole', () => {
  const law = new DeepLaw();
  const lines = [0, 0];
  let rest = 0;
  for (let step = 1; step <= 200_000; step++) {
    rest = rest > 0 || law.fits(step) ? (rest > 0 ? rest : 2) : 0;
    if (rest > 0) {
      law.wrote(step, 1_000);
      lines[step % 2] = (lines[step % 2] ?? 0) + 1;
      rest--;
    }
  }
  expect(Math.abs((lines[0] ?? 0) - (lines[1] ?? 0))).toBeLessThan(2);
  expect((lines[0] ?? 0) + (lines[1] ?? 0)).toBeLessThan(3_700);
});
