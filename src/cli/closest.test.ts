import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../test/random.ts';
import { closest, didYouMean, editDistance } from './closest.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['saturday', 'sunday', 3],
    ['trian', 'train', 1],
    ['ca', 'abc', 3],
  ])('%s to %s takes %d edits', (a, b, expected) => expect(editDistance(a, b)).toBe(expected));

  it('is the same both ways, 0 only for the same word, and at most the edits that were made', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = seededRandom(seed);
      const word = Array.from({ length: random.index(8) }, () => random.pick(['a', 'b', 'c'])).join('');
      const edits = random.index(4);
      let other = word;
      for (let n = 0; n < edits; n++) {
        const at = random.index(other.length + 1);
        other = other.slice(0, at) + random.pick(['', 'a', 'b']) + other.slice(at + random.index(2));
      }
      const distance = editDistance(word, other);
      expect(distance, `seed ${seed}: ${word} ${other}`).toBe(editDistance(other, word));
      expect(distance === 0, `seed ${seed}: ${word} ${other}`).toBe(word === other);
      expect(distance, `seed ${seed}: ${word} ${other}`).toBeLessThanOrEqual(edits);
    }
  });
});

describe('closest', () => {
  it('finds a slip of the pen and suggests nothing far-fetched', () => {
    expect(closest('--evry', ['--every', '--seed'])).toBe('--every');
    expect(closest('ASWRITTEN', ['auto', 'asWritten'])).toBe('asWritten');
    expect(closest('banana', ['train', 'report'])).toBeNull();
    expect(closest('x', [])).toBeNull();
    expect(didYouMean('banana', ['train'])).toBe('');
  });
});
