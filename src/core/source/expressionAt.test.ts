import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { expressionAt } from './expressionAt.ts';
import { parseSource } from './parseSource.ts';

const code = `import * as tf from 'tf';
const total = x
  .add(y)
  .mul(model.predict(z));
  return tf.mean(total);
\tconst p = (await step)
`;
const at = (line: number, column: number) => expressionAt(parseSource(ts, 'train.mjs', code), line, column);

describe('the expression at a position', () => {
  it('is given as a 1-based range with an exclusive end', () => {
    expect(at(4, 4)).toEqual({
      line: 2,
      column: 15,
      endLine: 4,
      endColumn: 25,
      text: 'x\n  .add(y)\n  .mul(model.predict(z))',
    });
    expect(at(3, 4)).toEqual({ line: 2, column: 15, endLine: 3, endColumn: 10, text: 'x\n  .add(y)' });
  });

  it('is the call where a source map points a little beside its place', () => {
    expect(at(2, 15)?.text).toBe('x\n  .add(y)'); // the start of the chain
    expect(at(4, 6)?.text).toBe('x\n  .add(y)\n  .mul(model.predict(z))'); // inside the name
    expect(at(4, 8)?.text).toBe('model.predict(z)'); // the object before the dot
    expect(at(5, 3)?.text).toBe('tf.mean(total)'); // the return
    expect(at(2, 1)?.text).toBe(at(4, 4)?.text); // the declaration
    expect(at(2, 7)?.text).toBe(at(4, 4)?.text); // the declared name
    expect(at(6, 13)?.text).toBe('step'); // the await
  });

  it('is an argument itself, or what stands in a function, not the call around it', () => {
    expect(at(3, 8)?.text).toBe('y'); // although it stands before `.mul(`
    const body = parseSource(ts, 'train.mjs', '(() => {\n  p;\n})();\ntag`a${p}`;');
    expect(expressionAt(body, 2, 3)?.text).toBe('p');
    expect(expressionAt(body, 4, 8)?.text).toBe('p');
    expect(at(4, 22)?.text).toBe('z');
    expect(at(5, 18)?.text).toBe('total');
  });

  it('is nothing outside the text and between expressions', () => {
    for (const [line, column] of [
      [0, 1],
      [1, 0],
      [1, 1],
      [1, 26],
      [1, 27],
      [1, 100],
      [7, 1],
      [8, 1],
      [99, 1],
      [-1, -1],
    ] as const) {
      expect(at(line, column), `${line}:${column}`).toBeNull();
    }
  });
});
