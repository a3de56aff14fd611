import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { readableLine, ScriptOutput } from './scriptOutput.ts';

it('gives the same lines, wherever the chunks break', () => {
  const text = 'epoch 1: loss 0.5\r\n\x1b[32mπ ≈ 3.14\x1b[0m\n\n10 %\r20 %\r30 %\nno end';
  const bytes = Buffer.from(text);
  for (let seed = 1; seed <= 50; seed++) {
    const random = seededRandom(seed);
    const lines: string[] = [];
    const output = new ScriptOutput((line) => lines.push(line));
    for (let from = 0; from < bytes.length;) {
      const to = Math.min(bytes.length, from + 1 + random.index(6));
      output.push(bytes.subarray(from, to));
      from = to;
    }
    output.end();
    expect(lines, `seed ${seed}`).toEqual(['epoch 1: loss 0.5', 'π ≈ 3.14', '', '30 %', 'no end']);
  }
});

it('writes the addresses of stack frames as paths, which the output view links', () => {
  const file = path.resolve('/projects/my feed/train.mjs');
  const url = pathToFileURL(file).href;
  expect(readableLine(`    at step (${url}:12:34)`)).toBe(`    at step (${file}:12:34)`);
  expect(readableLine(`    at ${url}:3:1`)).toBe(`    at ${file}:3:1`);
  expect(readableLine(`loaded "${url}" and ${url}`)).toBe(`loaded "${file}" and ${file}`);
  expect(readableLine('see https://example.org/a:1:2')).toBe('see https://example.org/a:1:2');
  expect(readableLine('file://%zz/x')).toBe('file://%zz/x');
});
