import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ignoreComments, isIgnored, lineToIgnoreAt } from './ignoreComments.ts';
import { parseSource } from './parseSource.ts';

const source = (code: string, file = 'train.mjs') => parseSource(ts, file, code);

/** `line: rules`, as the comments of a text say. */
function ignored(code: string, file?: string): string[] {
  const { inFile, inLine } = ignoreComments(source(code, file));
  return [
    ...[...inLine].map(([line, rules]) => `${line}: ${[...rules].join(' ')}`),
    ...(inFile.size === 0 ? [] : [`file: ${[...inFile].join(' ')}`]),
  ];
}

describe('comments that ignore findings', () => {
  it.each([
    ['// mtl-debugger-ignore detach\na();', ['2: detach']],
    ['// mtl-debugger-ignore detach, zero -- it is meant\n\n// more\n  a();', ['4: detach zero']],
    ['a(); // mtl-debugger-ignore detach', ['1: detach']],
    ['a({\n  b, /* mtl-debugger-ignore detach */\n});', ['2: detach']],
    ['/* mtl-debugger-ignore detach */ a();', ['1: detach']],
    ['/*\n * mtl-debugger-ignore detach\n */\na();', ['4: detach']],
    ['// mtl-debugger-ignore detach\n// mtl-debugger-ignore zero\na();', ['3: detach zero']],
    ['a();\n/* mtl-debugger-ignore-file detach, zero */', ['file: detach zero']],
    ['// mtl-debugger-ignore-file detach\n// mtl-debugger-ignore-file zero\n', ['file: detach zero']],
    // Nothing is named, or it is no comment.
    ['// mtl-debugger-ignore\na();', []],
    ['// mtl-debugger-ignore-file\na();', []],
    ['// see mtl-debugger-ignore detach\na();', []],
    ['const s = "// mtl-debugger-ignore detach";\na();', []],
    ['const s = `\n// mtl-debugger-ignore detach\n${x} // mtl-debugger-ignore zero\n`;\na();', []],
    ['const r = /\\/\\* mtl-debugger-ignore detach/;', []],
  ])('%j', (code, expected) => {
    expect(ignored(code)).toEqual(expected);
    expect(ignored(code, 'train.ts')).toEqual(expected);
  });

  it('hold for a finding at their line, where it begins, or in the statement that they stand before', () => {
    const code = source(
      'a();\n// mtl-debugger-ignore detach\nmodel.compile({\n  loss,\n  lossWeights: [1],\n});\nb();',
    );
    const comments = ignoreComments(code);
    const holds = (rule: string, line: number, column: number): boolean =>
      isIgnored(code, comments, rule, [{ line, column }]);
    expect(holds('detach', 3, 7)).toBe(true);
    expect(holds('detach', 5, 3)).toBe(true);
    expect(holds('zero', 5, 3)).toBe(false);
    expect(holds('detach', 1, 1)).toBe(false);
    expect(holds('detach', 7, 1)).toBe(false);
    expect(holds('detach', 99, 1)).toBe(false);
    expect(
      isIgnored(code, comments, 'detach', [
        { line: 1, column: 1 },
        { line: 3, column: 7 },
      ]),
    ).toBe(true);
  });

  it('do not reach from a function into the whole of it', () => {
    const code = source('// mtl-debugger-ignore detach\nfunction f() {\n  a();\n}');
    const comments = ignoreComments(code);
    expect(isIgnored(code, comments, 'detach', [{ line: 3, column: 3 }])).toBe(false);
    expect(isIgnored(code, comments, 'detach', [{ line: 2, column: 1 }])).toBe(true);
  });

  it('go above the line of a finding, and above the statement where that line begins inside a text', () => {
    const code = source('const s = `a\n${f(\n  x)}\n`;\nmodel.compile({\n  lossWeights,\n});');
    expect([1, 2, 3, 4, 5, 6, 99].map((line) => lineToIgnoreAt(code, line))).toEqual([1, 1, 1, 1, 5, 6, 99]);
  });
});
