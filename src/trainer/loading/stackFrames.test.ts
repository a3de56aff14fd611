import { describe, expect, it } from 'vitest';
import { faultAbove, framesIn } from './stackFrames.ts';

describe('framesIn', () => {
  it.each([
    ['    at loss (/p/train.js:12:28)', '/p/train.js', 12, 28],
    ['    at /p/train.js:1:2', '/p/train.js', 1, 2],
    ['    at async file:///p/a%20b.mjs:3:4', '/p/a b.mjs', 3, 4],
    ['    at async Promise.all (file:///p/a.mjs?v=2#x:3:4)', '/p/a.mjs', 3, 4],
    ['    at new Model (/p (copy)/model (1).ts:7:9)', '/p (copy)/model (1).ts', 7, 9],
    ['    at Object.<anonymous> (/p/x.cjs:5:1)', '/p/x.cjs', 5, 1],
    ['    at Model.run [as fit] (/p/x.cjs:5:1)', '/p/x.cjs', 5, 1],
    ['    at fit (C:\\p\\x.cjs:5:1)', 'C:\\p\\x.cjs', 5, 1],
  ])('reads %s', (text, file, line, column) => {
    expect(framesIn(`Error: at home (/not/a/frame.js:1:1)\n${text}`)).toEqual([{ file, line, column }]);
  });

  it.each([
    'node:internal/modules/run_main:117:5',
    '<anonymous>',
    'native',
    'eval at f (/p/x.js:1:2), <anonymous>:1:1',
  ])('leaves out what lies in no file: %s', (place) =>
    expect(framesIn(`Error: x\n    at f (${place})\n    at ${place}`)).toEqual([]),
  );
});

describe('faultAbove', () => {
  it('reads the place that Node puts above a syntax error', () => {
    const stack =
      'file:///p/bad.mjs:3\nconst a = = 1;\n          ^\n\nSyntaxError: Unexpected token\n    at x (/p/y.js:1:1)';
    expect(faultAbove(stack)).toEqual({ file: '/p/bad.mjs', line: 3, column: 11 });
  });

  it('finds nothing in an ordinary stack', () => {
    expect(faultAbove('Error: /p/x.js:3\n    at f (/p/y.js:1:1)')).toBeNull();
    expect(faultAbove('/p/x.js:3\n    at f (/p/y.js:1:1)')).toBeNull();
  });
});
