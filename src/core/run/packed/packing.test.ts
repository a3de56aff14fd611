import { expect, it } from 'vitest';
import { seededRandom, type Random } from '../../../../test/random.ts';
import { step } from '../../../../test/sampleRecord.ts';
import type { StepLine } from '../record.ts';
import { Packing } from './packing.ts';

/** Any JSON value, with the names and numbers that go wrong most easily. */
function anything(random: Random, depth: number): unknown {
  const numbers = [0, -0, 1, -1.5, 1e300, 5e-324, random.next()];
  const others = ['NaN', '', 'step', null, true, false];
  if (depth === 0 || random.next() < 0.3) {
    return random.next() < 0.6 ? random.pick(numbers) : random.pick(others);
  }
  const inside = Array.from({ length: random.index(6) }, () => anything(random, depth - 1));
  if (random.next() < 0.5) {
    return inside;
  }
  const keys = ['2', '10', '1', '__proto__', 'constructor', 'a', 'groups', 'é'];
  return JSON.parse(`{${inside.map((value, i) => `"${keys[i] ?? ''}":${JSON.stringify(value)}`).join()}}`) as unknown;
}

/** The same structure with other numbers. */
const renumbered = (text: string, random: Random): string =>
  text.replaceAll(/(?<=[:[,])-?\d+(\.\d+)?(e[+-]?\d+)?(?=[,\]}])/g, () => String(random.next()));

it('gives every line back as it was, and knows a structure again with other numbers', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed);
    const packing = new Packing();
    for (let i = 0; i < 10; i++) {
      const line = { type: 'step', step: i, x: anything(random, 3) } as unknown as StepLine;
      const text = JSON.stringify(line);
      const other = JSON.parse(renumbered(text, random)) as StepLine;
      expect(packing.packKnown('window', line), `seed ${seed}`).toBeNull();
      const packed = packing.pack(line);
      expect(packed.line, `seed ${seed}: ${text}`).toEqual(line);
      expect(JSON.stringify(packed.line), `seed ${seed}`).toBe(text);
      expect(JSON.stringify(packing.packKnown('step', other)?.line), `seed ${seed}`).toBe(JSON.stringify(other));
      // What was packed before is not touched by what came later.
      expect(JSON.stringify(packed.line), `seed ${seed}`).toBe(text);
    }
  }
});

it('takes no line for one of another structure', () => {
  const packing = new Packing();
  packing.pack(step(1));
  const known = (change: object): boolean => packing.packKnown('step', { ...step(2), ...change }) !== null;
  expect(known({})).toBe(true);
  expect(known({ step: '2' })).toBe(false);
  expect(known({ total: 'NaN' })).toBe(false);
  expect(known({ overhead: 0.1 })).toBe(false);
  expect(known({ objective: 'other' })).toBe(false);
  expect(known({ more: 1 })).toBe(false);
  expect(known({ loss: step(2).loss.slice(1) })).toBe(false);
  expect(known({ groups: [] })).toBe(false);
});

it('gives parts without the rest, and nothing where there is nothing', () => {
  const packed = new Packing().pack(step(4));
  expect(packed.at('step')).toBe(4);
  expect(packed.at('loss', 1, 'raw')).toBe(7_500);
  expect(packed.at('groups', 'tower(click)')).toEqual(step(4).groups['tower(click)']);
  expect(packed.at('groups', 'shared(click+dwell)', 'norm', 1)).toBe(500);
  expect(packed.at('groups', 'shared(click+dwell)', 'norm', 2)).toBeUndefined();
  expect(packed.at('groups', 'constructor', 'norm', 0)).toBeUndefined();
  expect(packed.at('loss', 2, 'raw')).toBeUndefined();
  expect(packed.keysAt('groups')).toEqual(Object.keys(step(4).groups));
  expect(packed.keysAt('step')).toEqual([]);
});
