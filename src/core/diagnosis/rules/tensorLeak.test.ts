import { expect, it } from 'vitest';
import { end, graph } from '../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../test/viewOf.ts';
import { tensorLeak } from './tensorLeak.ts';

const leak = (bytesPerStep: number) =>
  fact('tensorLeak', { op: 'mul', perStep: 2, bytesPerStep, growth: 2 }, { position: at(33), step: 9 });

it('tensors that each step leaves behind are told with their bytes; 256 MB and more are a warning', () => {
  expect(said(tensorLeak, viewOf(graph, leak(2 ** 20), end))).toEqual([
    'information: Each step leaves 2 tensors behind that are made here by mul: 1048576 bytes. That is 40 MB over the 40 ' +
      'steps so far.',
  ]);
  expect(said(tensorLeak, viewOf(graph, leak(2 ** 23), end))[0]).toMatch(/^warning/);
  expect(tensorLeak.judge(viewOf(graph, leak(8), end)).findings[0]).toMatchObject({ position: at(33), since: 9 });
  expect(said(tensorLeak, viewOf(graph, end))[0]).toMatch(/^silent/);
});
