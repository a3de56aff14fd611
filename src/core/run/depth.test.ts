import { expect, it } from 'vitest';
import { graph, header, healthy, recordText, step, window, windowed } from '../../../test/sampleRecord.ts';
import { depthOf, overheadOf } from './depth.ts';
import type { HalvesLine, RecordLine } from './record.ts';
import { readRun } from './run.ts';

const runOf = (lines: readonly RecordLine[]) => readRun(recordText(lines)).run;
const halves = (at: number): HalvesLine => ({
  type: 'halves',
  step: at,
  objective: 'fit',
  rows: 64,
  independent: true,
  groups: {},
});

it('says how often was looked in each way, as of late', () => {
  const lines: RecordLine[] = [header, graph];
  for (let n = 1; n <= 4_000; n++) {
    // At first every step is looked at in full; a boundary every 3rd; halves every 200th.
    if (n <= 1_000 || n % 40 === 0) {
      lines.push(step(n));
    }
    if (n % 200 === 0) {
      lines.push(halves(n));
    }
    const boundary = n % 3 === 0 ? window(n, n).boundary : null;
    lines.push(window(n, n, { boundary }));
  }
  expect(depthOf(runOf(lines))).toEqual({ losses: true, boundary: 3, groups: 40, halves: 200 });
});

it('says the same of windows of many steps, and that a way was not taken', () => {
  const windows = Array.from({ length: 100 }, (_, i) => window(10_000 + 30 * i, 10_029 + 30 * i));
  expect(depthOf(runOf([header, graph, ...windows]))).toEqual({
    losses: true,
    boundary: 3,
    groups: null,
    halves: null,
  });
});

it('knows nothing of a record without windows', () => {
  expect(depthOf(runOf(healthy))).toBeNull();
});

it('has the cost of watching from the newest line', () => {
  expect(overheadOf(runOf(windowed))).toBe(0.042);
  expect(overheadOf(runOf([header, graph, step(1, { overhead: 0.5 })]))).toBe(0.5);
  expect(overheadOf(runOf([header, graph, window(1, 1), step(9, { overhead: 0.5 })]))).toBe(0.5);
  expect(overheadOf(runOf(healthy))).toBeNull();
});
