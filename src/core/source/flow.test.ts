import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parseSource } from './parseSource.ts';
import { rangeOfFinding } from './rangeOfFinding.ts';

/** The text that is meant at the `@` of the code, which is taken out first. */
function meant(code: string, of: 'input' | 'logits'): string | undefined {
  const before = code.slice(0, code.indexOf('@')).split('\n');
  const source = parseSource(ts, 'train.mjs', code.replace('@', ''));
  return rangeOfFinding(source, { line: before.length, column: before.at(-1)!.length + 1 }, { of })?.text;
}

describe('what a layer is given', () => {
  it.each([
    ['trunk.@apply(tf.concat([x, y], 1))', 'tf.concat([x, y], 1)'],
    ['const h = tf.concat([x, y], 1);\ntrunk.@apply(h)', 'tf.concat([x, y], 1)'],
    ['const h = tf.concat([x, y], 1).slice(start, 32);\nmodel.@predict(h)', 'tf.concat([x, y], 1)'],
    [
      'const all = tf.concat([x, y], 1);\nconst h = all.gather(order);\nnets.map((net) => net.@apply(h))',
      'tf.concat([x, y], 1)',
    ],
    // What the rows are of is not made here.
    ['const { x } = data();\nconst h = x.slice(start, 32);\ntrunk.@apply(h)', 'x.slice(start, 32)'],
    // Columns may be picked: the picking counts.
    ['const h = all().slice([0, 1], [32, 4]);\ntrunk.@apply(h)', 'all().slice([0, 1], [32, 4])'],
    ['const h = all().gather(columns, 1);\ntrunk.@apply(h)', 'all().gather(columns, 1)'],
  ])('is followed to where it is made: %s', (code, text) => {
    expect(meant(code, 'input')).toBe(text);
  });

  it.each([
    'const h = other();\nconst f = (h) => trunk.@apply(h)',
    'trunk.@apply(given)',
    'trunk.@apply(...all)',
    'trunk.@apply()',
    'tf.@matMul(x, w)',
  ])('else the call is meant: %s', (code) => {
    expect(meant(code, 'input')).toMatch(/^(?:trunk\.apply|tf\.matMul)\(.*\)$/u);
  });
});

describe('what a softmax is given', () => {
  it.each([
    ['tf.@softmax(gate.apply(x).mul(50), -1)', 'gate.apply(x).mul(50)'],
    ['gate.apply(x).mul(50).@softmax()', 'gate.apply(x).mul(50)'],
    ['gate.apply(x).@softmax(-1)', 'gate.apply(x)'],
    ['const g = tf.layers.@softmax().apply(sharp.apply(x));', 'sharp.apply(x)'],
    ['const soft = tf.layers.@softmax({ axis: 1 });\nconst g = soft.apply(logits);', 'logits'],
    // Applied twice: which of them cannot be told.
    ['const soft = tf.layers.@softmax();\nsoft.apply(a);\nsoft.apply(b);', 'tf.layers.softmax()'],
    [
      "tf.layers.@dense({ units: 3, activation: 'softmax' }).apply(x)",
      "tf.layers.dense({ units: 3, activation: 'softmax' })",
    ],
  ])('%s', (code, text) => {
    expect(meant(code, 'logits')).toBe(text);
  });
});
