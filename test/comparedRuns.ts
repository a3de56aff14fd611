import type { ComparedRun } from '../src/core/report/compare/comparedRun.ts';
import { compareRuns, type Comparison } from '../src/core/report/compare/comparison.ts';
import type { RecordedNumber, RecordLine, StepLine } from '../src/core/run/record.ts';
import { Run } from '../src/core/run/run.ts';
import { step } from './sampleRecord.ts';

/** Runs of hand-made records beside each other. */

export const runOf = (lines: readonly RecordLine[], live = false): ComparedRun => {
  const run = new Run();
  lines.forEach((line) => run.add(line));
  return { run, live };
};

export const compare = (...runs: readonly (readonly RecordLine[])[]): Comparison =>
  compareRuns(runs.map((lines) => runOf(lines)));

/** Losses of click and dwell at a step, with their weights. */
export const losses = (n: number, click: RecordedNumber | null, dwell: RecordedNumber, weights = [1, 1]): StepLine =>
  step(n, {
    loss: [click, dwell].map((raw, i) => ({ raw, weight: weights[i] ?? null, weighted: raw, relative: 1 })),
  });
