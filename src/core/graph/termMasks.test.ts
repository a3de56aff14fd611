import { expect, it } from 'vitest';
import { isSingle, termMasks, termsIn } from './termMasks.ts';

it('marks every tensor with the terms it leads to, and agrees with a search from each leaf', () => {
  for (let seed = 1; seed <= 30; seed++) {
    let state = seed;
    const draw = (n: number): number => (state = (state * 48271) % 2147483647) % n;
    const nodes = Array.from({ length: 20 }, (_, k) => ({ inputs: [draw(5 + k), draw(5 + k)], outputs: [5 + k] }));
    const leaves = Array.from({ length: 40 }, () => [5 + draw(20)]);
    const masks = termMasks(nodes, leaves);
    const leadsTo = (tensor: number, leaf: number): boolean =>
      tensor === leaf || nodes.some(({ inputs, outputs }) => inputs.includes(tensor) && leadsTo(outputs[0]!, leaf));
    for (let tensor = 0; tensor < 25; tensor++) {
      const expected = leaves.flatMap(([leaf], term) => (leadsTo(tensor, leaf!) ? [term] : []));
      const mask = masks.get(tensor) ?? 0n;
      expect(termsIn(mask), `seed ${seed}, tensor ${tensor}`).toEqual(expected);
      expect(isSingle(mask)).toBe(expected.length === 1);
    }
  }
});
