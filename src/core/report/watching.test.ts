import { expect, it } from 'vitest';
import { graph, header, window } from '../../../test/sampleRecord.ts';
import { unwatchedTime } from '../run/depth.ts';
import { Run } from '../run/run.ts';
import { costWords, watchingWords } from './watching.ts';

const depth = { losses: true, boundary: null, groups: null, halves: null };

it('says how often was looked in each way, and what it costs', () => {
  expect(watchingWords({ ...depth, boundary: 3, groups: 40, halves: 200 }, 0.042)).toBe(
    'losses at every step, shared boundary at every 3rd step, all groups at every 40th, halves at every 200th; watching costs 4.2 %',
  );
  expect(watchingWords({ ...depth, boundary: 1, groups: 1_012 }, null)).toBe(
    'losses at every step, shared boundary at every step, all groups at every 1,012th step',
  );
  expect(watchingWords({ ...depth, groups: 22 }, null)).toBe('losses at every step, all groups at every 22nd step');
  expect(watchingWords(depth, 0)).toBe('losses at every step; watching costs 0 %');
});

it('says of a short training what watching has cost in time', () => {
  expect(costWords(0.21, 500)).toBe('105 ms (21 % of 500 ms)');
  expect(costWords(0.042, 9_999)).toBe('420 ms (4.2 % of 10.0 s)');
  expect(costWords(0.042, 10_000)).toBe('4.2 %');
  expect(costWords(0.21, null)).toBe('21 %');
});

it('works the time without watching out from the steps that were recorded', () => {
  const run = new Run();
  [header, graph, ...[1, 2, 3, 4].map((n) => window(n, n, { time: 1_000 + n * 100, overhead: 0.25 }))].forEach((line) =>
    run.add(line),
  );
  // Four steps of 100 ms each, of which a fifth is watching.
  expect(unwatchedTime(run)).toBeCloseTo(320);
  expect(unwatchedTime(new Run())).toBeNull();
});
