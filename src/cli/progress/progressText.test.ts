import { describe, expect, it } from 'vitest';
import { graph, header, plan, recordText, step, window } from '../../../test/sampleRecord.ts';
import { headline, progressOf, type Progress } from '../../core/report/progress.ts';
import { plainStyle } from '../../core/report/style.ts';
import type { RecordLine } from '../../core/run/record.ts';
import { readRun, type Run } from '../../core/run/run.ts';
import { PlainLines } from './plainLines.ts';
import { progressBlock, progressLine } from './progressText.ts';

const runOf = (...lines: RecordLine[]): Run => readRun(recordText([header, ...lines])).run;

describe('progress', () => {
  it('tells step, total, rate, time left and the newest losses', () => {
    const progress = progressOf(runOf(plan, graph, step(1), step(10)), 12, 4);
    expect(progressLine(progress)).toBe('step 12 of 40 (30 %), 4 steps/s, 7.0 s left: loss click 0.07, dwell 3000');
    expect(progressBlock(progress, 'feed.ts', plainStyle, 24)).toEqual([
      'feed.ts  step 12 of 40 (30 %), 4 steps/s, 7.0 s left',
      '  click   0.07   0.1 of the first',
      '  dwell   3000   0.1 of the first',
    ]);
  });

  it('tells the losses of the last step, whether or not it was observed in full', () => {
    const { losses, step: done } = progressOf(runOf(plan, graph, step(1), window(1, 1), window(2, 20)), 0, null);
    expect([done, losses.map(({ raw }) => raw)]).toEqual([20, ['0.035', '1500']]);
  });

  it('counts a second training call from where it began', () => {
    expect(progressOf(runOf({ ...plan, step: 40 }, graph, step(50)), 50, null).total).toBe(80);
  });

  it('tells no total where none is known, or the call lies behind', () => {
    expect(headline(progressOf(runOf(graph, step(3)), 5, 10))).toBe('step 5, 10 steps/s');
    expect(progressOf(runOf({ ...plan, stepsPerEpoch: null }, graph), 5, null).total).toBeNull();
    expect(progressOf(runOf(plan, graph), 41, null).total).toBeNull();
  });

  it('shows the tasks of every objective', () => {
    const two = { ...graph, objectives: [...graph.objectives, { ...graph.objectives[0]!, id: 'b', terms: ['x'] }] };
    const other = step(11, { objective: 'b', loss: [{ raw: 5, weight: 1, weighted: 5, relative: 1 }], groups: {} });
    expect(progressOf(runOf(two, step(10), other), 11, null).losses.map(({ task }) => task)).toEqual([
      'click',
      'dwell',
      'x',
    ]);
  });

  it('keeps to the rows there are', () => {
    const losses = Array.from({ length: 9 }, (_, i) => ({ task: `t${i}`, raw: '1', relative: '1', finite: true }));
    const progress: Progress = { step: 1, total: null, rate: null, losses };
    const block = progressBlock(progress, 'a.js', plainStyle, 6);
    expect(block).toHaveLength(5);
    expect(block.at(-1)).toBe('  and 6 more tasks');
  });
});

describe('PlainLines', () => {
  const losses = [{ task: 'a', raw: '1', relative: '1', finite: true }];
  const linesOf = (total: number | null, perSecond: number, seconds: number): string[] => {
    const plain = new PlainLines();
    const lines: string[] = [];
    for (let tick = 1; tick <= seconds * 5; tick++) {
      const done = Math.min(Math.floor((tick / 5) * perSecond), total ?? Infinity);
      lines.push(plain.next({ step: done, total, rate: null, losses }, tick * 200) ?? '');
    }
    return lines.filter((line) => line !== '');
  };

  it('writes a line per tenth', () => expect(linesOf(1000, 50, 25)).toHaveLength(11));
  it('writes a line every five seconds where the length is not known', () =>
    expect(linesOf(null, 50, 60)).toHaveLength(12));
  it('does not flood the log of a fast training', () => expect(linesOf(1000, 1000, 5).length).toBeLessThanOrEqual(3));
  it('says nothing while nothing moves', () => expect(linesOf(10, 0, 60).length).toBeLessThanOrEqual(1));
  it('says nothing before the first loss', () => {
    expect(new PlainLines().next({ step: 5, total: 10, rate: null, losses: [] }, 0)).toBeNull();
  });
});
