import { describe, expect, it } from 'vitest';
import {
  detach,
  end,
  graph,
  header,
  healthy,
  leak,
  measure,
  nonFinite,
  step,
  window,
  windowed,
} from '../../../test/sampleRecord.ts';
import { sampleReport } from '../../../test/sampleReport.ts';
import type { StepLine } from '../run/record.ts';

const losses = (...weighted: StepLine['loss'][number]['weighted'][]): StepLine['loss'] =>
  weighted.map((each) => ({ raw: each, weight: 1, weighted: each, relative: 1 }));

describe('buildReport', () => {
  it('is one JSON document with everything the record says', () => {
    const report = sampleReport([header, { ...graph, cuts: [detach], features: [leak] }, step(1), nonFinite, end]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.run).toMatchObject({ run: header.run, seed: 7, steps: 40, observed: 1, milliseconds: 1234 });
    expect(report.state).toEqual({ state: 'finished', reason: end.reason, exitCode: 0, error: null });
    expect(report.cuts).toEqual([detach]);
    expect(report.features).toEqual([leak]);
    expect(report.groups).toEqual(graph.groups);
    expect(report.events[0]).toMatchObject({ kind: 'nonFinite', step: 17, task: 'dwell' });
    expect(report.steps[0]?.loss['dwell']).toEqual(step(1).loss[1]);
  });

  it('summarises each task from its first to its last observed step', () => {
    const [click, dwell] = sampleReport(healthy).tasks;
    expect(click).toMatchObject({ id: 'click', objective: 'fit', observed: 5, first: { step: 1, raw: 0.7, scale: 1 } });
    expect(dwell?.first?.scale).toBeCloseTo(30_000 / 0.7, 6);
    expect(dwell?.last).toMatchObject({ step: 40, raw: 750, weighted: 750, relative: 1 / 40 });
  });

  it('takes the scale over tasks alone, and over those that add something', () => {
    const terms = [
      ...graph.terms,
      { ...graph.terms[0]!, id: 'l2', name: 'regularisers', kind: 'regularisers' as const },
    ];
    const wide = { ...graph, terms, objectives: [{ ...graph.objectives[0]!, terms: ['click', 'dwell', 'l2'] }] };
    const scales = (...weighted: Parameters<typeof losses>): unknown =>
      sampleReport([header, wide, step(1, { loss: losses(...weighted) })]).tasks.map(({ last }) => last?.scale);
    expect(scales(-2, 8, 0.5)).toEqual([1, 4, 0.25]);
    expect(scales(0, 8, 1)).toEqual([0, 1, 0.125]);
    expect(scales('NaN', 8, 1)).toEqual(['NaN', 1, 0.125]);
    expect(scales(0, 0, 1)).toEqual([null, null, null]);
    expect(scales(null, 8, null)).toEqual([null, 1, null]);
  });

  it('takes median and last of the norms over the run', () => {
    const at = (n: number, norm: number): StepLine =>
      step(n, { groups: { 'shared(click+dwell)': measure(['click', 'dwell'], [norm, 1], [0.25, 0.75]) } });
    const { norms } = sampleReport([header, graph, at(1, 9), at(10, 1), at(20, 4)]);
    expect(norms.find(({ task, group }) => task === 'click' && group === 'shared(click+dwell)')).toMatchObject({
      norm: { first: 9, median: 4, last: 1 + 3, firstStep: 1, lastStep: 20, observed: 3 },
      share: { last: 0.25 },
      state: 'flows',
    });
  });

  it('lists a pair that is cut off though it was never measured, and none where no path was built', () => {
    const paths = graph.paths.map((path) =>
      path.group === 'tower(click)' && path.task === 'dwell'
        ? { ...path, state: 'cut' as const, declared: true }
        : path,
    );
    const pairs = sampleReport([header, { ...graph, paths }, step(1)]).norms.map(
      ({ task, group }) => `${task} ${group}`,
    );
    expect(pairs).toContain('dwell tower(click)');
    expect(pairs).not.toContain('click tower(dwell)');
  });

  it('says how a run without an end line stands', () => {
    const lines = healthy.slice(0, -1);
    expect(sampleReport(lines, true).state).toMatchObject({ state: 'running' });
    expect(sampleReport(lines).state).toMatchObject({ state: 'cut short', exitCode: null });
    expect(sampleReport(lines).run).toMatchObject({ steps: 40, observed: 5, milliseconds: 500 });
  });
});

describe('buildReport of a record with windows', () => {
  it('has the losses of the first and the last step, whether or not they were observed in full', () => {
    const steps = [step(1), window(1, 1), step(10), ...[2, 12].map((from) => window(from, from + 9))];
    const [click, dwell] = sampleReport([header, graph, ...steps]).tasks;
    expect(click).toMatchObject({ observed: 21, first: { step: 1, raw: 0.7, relative: 1, scale: 1 } });
    expect(dwell?.last).toMatchObject({ step: 21, raw: 30_000 / 21, weight: 1, weighted: 30_000 / 21 });
    expect(dwell?.last?.relative).toBeCloseTo(1 / 21, 12);
    expect(dwell?.last?.scale).toBeCloseTo(30_000 / 0.7, 6);
  });

  it('has what a step said after the last window', () => {
    const [click] = sampleReport([header, graph, window(1, 1), step(2)]).tasks;
    expect(click).toMatchObject({ observed: 2, first: { step: 1 }, last: { step: 2, raw: 0.35, relative: 0.5 } });
  });

  it('says how often was looked, and what the tasks do where they meet', () => {
    const report = sampleReport(windowed);
    expect(report.run).toMatchObject({ steps: 40, observed: 5, overhead: 0.042 });
    expect(report.run.depth).toEqual({ losses: true, boundary: 1, groups: 10, halves: null });
    expect(report.windows).toHaveLength(40);
    expect(report.windows[0]?.loss['dwell']).toEqual(window(1, 1).loss[1]);
    expect(report.boundary).toMatchObject([{ objective: 'fit', from: 1, step: 40, steps: 40 }]);
    expect(report.boundary[0]?.tasks[1]).toEqual({ task: 'dwell', mean: 2_000, min: 2_000, max: 2_000 });
    expect(report.boundary[0]?.pairs).toEqual([{ tasks: ['click', 'dwell'], cosine: -0.5 }]);
    expect(sampleReport(healthy)).toMatchObject({ boundary: [], windows: [], run: { depth: null } });
  });

  it('weighs the norms at the boundary by the steps that were looked at, and leaves other tasks apart', () => {
    const at = (from: number, to: number, norm: number, terms = ['click', 'dwell']) => {
      const steps = to - from + 1;
      return window(from, to, { boundary: { steps, terms, norm: [norm, 1], gram: [norm * norm, 0, 1] } });
    };
    const lines = [at(1, 1, 100, ['dwell', 'click']), at(2, 2, 8), at(3, 5, 4)];
    const { boundary } = sampleReport([header, graph, ...lines]);
    expect(boundary).toMatchObject([{ from: 2, step: 5, steps: 4, tasks: [{ mean: 5, min: 4, max: 8 }, {}] }]);
  });
});
