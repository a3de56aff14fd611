import { describe, expect, it } from 'vitest';
import { graph } from '../../../../../test/sampleRecord.ts';
import { noisy, simulatedRun, type SimulatedTask } from '../../../../../test/simulatedRun.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import type { RunView } from '../../runView.ts';
import { lossScale } from './lossScale.ts';
import { starvingTask } from './starvingTask.ts';

const noise = noisy(0.2);
const falling = (from: number) => (n: number) => from * noise(n) * Math.exp(-n / 60);
/** dwell is in seconds squared: its gradient is a hundred times as long, and the trunk is its own. */
const dwell: SimulatedTask = { loss: falling(1e4), norm: (n) => 100 * noise(n), share: () => 0.999 };
const click: SimulatedTask = { loss: (n) => noisy(0.2, 2)(n), share: () => 0.001 };
const run = (tasks: { click: SimulatedTask; dwell: SimulatedTask }, steps = 200, more = {}): RunView =>
  viewOf(...simulatedRun(steps, tasks, more));

const standardised = {
  rows: 32,
  values: 32,
  nonFinite: 0,
  min: -9,
  max: 9,
  mean: 0,
  variance: 1,
  whole: false,
  distinct: null,
  sameRows: false,
  mode: 0,
  modeShare: 0.1,
  argument: null,
};

describe('a scale gap', () => {
  it('is a warning where the small task gets nothing and does not learn', () => {
    const view = run({ click, dwell });
    expect(said(lossScale, view)).toEqual([
      expect.stringMatching(
        /^warning: dwell makes 99\.9 % of the update of shared\. The gradient of dwell is (99|100|101)\.?\d* times as long as that of click where the tasks meet\. Its loss began .* times as high\. The loss of click does not fall\.$/,
      ),
    ]);
    const [found] = lossScale.judge(view).findings;
    expect(found).toMatchObject({
      place: 'dwell',
      tasks: ['dwell', 'click'],
      groups: ['shared(click+dwell)'],
      position: { line: 32 },
      expression: { of: 'target', task: 'dwell' },
    });
    const [ratio, , share, , change, p] = found!.evidence;
    expect(ratio).toMatchObject({ unit: '×', steps: { from: 101, to: 200, count: 100 } });
    expect(ratio!.interval![0]).toBeLessThan(ratio!.value as number);
    expect(share).toMatchObject({ name: 'share of click in shared', unit: '%', steps: { count: 50 } });
    expect(share!.value).toBeCloseTo(0.1, 10);
    expect(Math.abs(change!.value as number)).toBeLessThan(10);
    expect(p!.value).toBeGreaterThan(0.05);
  });

  it('points at where a loop’s own loss computes the target, or at the argument that it compares', () => {
    const tape = { ...graph, terms: graph.terms.map((term) => ({ ...term, from: 'tape' as const })) };
    const found = (argument: number | null): unknown => {
      const details = { ...standardised, argument };
      const labels = fact('labels', details, { task: 'dwell', position: at(41) });
      return lossScale.judge(run({ click, dwell }, 200, { first: [tape, labels] })).findings[0];
    };
    expect(found(null)).toMatchObject({ position: { line: 41 }, expression: null });
    expect(found(0)).toMatchObject({ position: { line: 41 }, expression: { of: 'argument', index: 0 } });
  });

  it('is information where the small task learns all the same', () => {
    const view = run({ click: { ...click, loss: falling(1) }, dwell });
    expect(said(lossScale, view)[0]).toMatch(/^information: .* no fault by itself\.$/);
    expect(said(starvingTask, view)).toEqual([
      'silent: click has 0.1 % of the update of shared, less than 5 %, and its loss falls or is learned.',
    ]);
  });

  it('is information where the small task has come to where noise is all that is left of its gradient', () => {
    const halves = { click: (n: number) => noisy(1, 3)(n) - 1, dwell: () => 1e4, between: () => 0 };
    // Half-batches agree on nothing: <g^a, g^b> is 0 within 0.2 of a squared norm of 100.
    const small = { ...click, norm: () => 10 };
    const large = { ...dwell, norm: () => 1000 };
    expect(said(lossScale, run({ click: small, dwell: large }))[0]).toMatch(/^warning/);
    expect(said(lossScale, run({ click: small, dwell: large }, 200, { halves }))[0]).toMatch(/^information/);
  });

  it('is information while there are too few steps to say that a loss does not fall', () => {
    expect(said(lossScale, run({ click, dwell }, 90))[0]).toMatch(/^information/);
  });

  it('is information while the small task’s loss is too noisy to say that it does not fall', () => {
    // It stands at 0.7 of its start, and wavers so much that it may as well be falling by a fifth.
    const wild = { ...click, loss: (n: number) => (n < 6 ? 1.6 : 1.1 - 0.6 * Math.sin(n / 8)) };
    expect(said(lossScale, run({ click: wild, dwell }))[0]).toMatch(/^information/);
  });

  it('is none where it opens while an easy task comes to its end', () => {
    const easy = { ...click, loss: falling(1), norm: (n: number) => 100 * Math.exp(-n / 20) };
    expect(said(lossScale, run({ click: easy, dwell }))).toEqual([
      expect.stringMatching(
        /^silent: The gradient of dwell is .* times as long as that of click \(1\.\d* times at the start\)/,
      ),
    ]);
  });

  it('of nine is none, and is told beside the threshold', () => {
    expect(said(lossScale, run({ click, dwell: { ...dwell, norm: () => 9 } }))).toEqual([
      'silent: The gradient of dwell is 9 times as long as that of click (9 times at the start); a gap is from 10 on, at the start and now.',
    ]);
  });

  it('is not known before the tenth look', () => {
    expect(said(lossScale, run({ click, dwell }, 9))[0]).toMatch(/^silent: The tasks’ gradients were not looked at/);
  });

  it('holds a squared loss against the variance of its targets, where that is known', () => {
    const labels = (task: string, mean: number, variance: number) =>
      fact('labels', { ...standardised, mean, variance }, { task, position: at(32) });
    const first = [graph, labels('click', 0, 1), labels('dwell', 20, 9600)];
    // It began at 5 because the network did, and stands at the variance of its targets: nothing is learned.
    const startedHigh = { ...click, loss: (n: number) => noisy(0.2, 2)(n) * (n < 10 ? 5 : 1) };
    expect(said(lossScale, run({ click: startedHigh, dwell }))[0]).toMatch(/^information/);
    const view = run({ click: startedHigh, dwell }, 200, { first });
    expect(said(lossScale, view)[0]).toMatch(/^warning/);
    const [found] = lossScale.judge(view).findings;
    expect(found!.evidence[3]).toMatchObject({ name: 'loss of click, of the variance of its targets' });
    expect(found!.advice.map(({ id }) => id)).toEqual(['standardise', 'weight', 'uncertainty', 'gradientNorms']);
    expect(found!.advice[0]!.change).toMatchObject({ of: 'target', task: 'dwell', mean: 20 });
  });
});

describe('a starving task', () => {
  it('is told under the gap that starves it, and alone where there is none', () => {
    const view = run({ click, dwell: { ...dwell, norm: () => 5 } });
    expect(said(lossScale, view)[0]).toMatch(/^silent/);
    expect(said(starvingTask, view)).toEqual([
      expect.stringMatching(
        /^warning: click gets 0\.1 % of the update of shared; dwell has 99\.9 %\. Its loss is at \d+\.?\d* % of where it began, and does not fall\.$/,
      ),
    ]);
  });

  it('needs an interval that lies below 5 %', () => {
    const often = { ...click, share: (n: number) => (n % 4 === 0 ? 0.001 : 0.15) };
    expect(said(starvingTask, run({ click: often, dwell }))[0]).toMatch(/^silent: click has the least/);
  });
});
