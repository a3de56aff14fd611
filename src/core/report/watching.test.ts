import { expect, it } from 'vitest';
import { watchingWords } from './watching.ts';

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
