import ts from 'typescript';
import { expect, it } from 'vitest';
import { parseSource } from './parseSource.ts';
import { trainingCalls } from './trainingCalls.ts';

const callsIn = (text: string, file = 'train.ts') => trainingCalls(parseSource(ts, file, text));

it('finds calls of the methods that train, at their names, and nothing that only reads like one', () => {
  const text = [
    '// model.fit(x, y)',
    'const text = "await model.fit(x)";',
    'await model.fit(x, y, { epochs: 5 });',
    'for (const batch of data) { optimizer',
    '  .minimize(() => loss(batch)); }',
    'model.fit; fit(x); model.fitting(x);',
    'const later = () => models[0]!.trainOnBatch(x, y), again = async () => (await get()).fitDataset(data);',
  ].join('\n');
  expect(callsIn(text)).toEqual([
    { method: 'fit', line: 3, column: 13 },
    { method: 'minimize', line: 5, column: 4 },
    { method: 'trainOnBatch', line: 7, column: 32 },
    { method: 'fitDataset', line: 7, column: 86 },
  ]);
});

it('finds them in half-typed code', () => {
  expect(callsIn('const a = {\nmodel.fit(x, (', 'train.mjs')).toEqual([{ method: 'fit', line: 2, column: 7 }]);
});
