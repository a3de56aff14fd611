import { describe, expect, it } from 'vitest';
import { end, graph, header, healthy, plan, recordText, step, window, windowed } from '../../../test/sampleRecord.ts';
import { unpacked } from './packed/keptLine.ts';
import type { RecordLine } from './record.ts';
import { readRun, Run } from './run.ts';

const runOf = (lines: readonly RecordLine[]): Run => readRun(recordText(lines)).run;

describe('Run', () => {
  it('holds what the lines say', () => {
    const run = runOf(healthy);
    expect(run.header).toEqual(header);
    expect(run.plan).toEqual(plan);
    expect(run.graph).toEqual(graph);
    expect(run.steps.map(({ line }) => line.step)).toEqual([1, 10, 20, 30, 40]);
    expect(run.end).toEqual(end);
    expect(run.stepsDone).toBe(40);
    expect(run.backend).toBe('wasm');
  });

  it('runs, ends, or was cut short', () => {
    const unended = runOf(healthy.slice(0, -1));
    expect([unended.state(true), unended.state(false)]).toEqual(['running', 'cut short']);
    const cancelled = runOf([header, { ...end, state: 'cancelled' }]);
    expect([cancelled.state(true), cancelled.state(false)]).toEqual(['cancelled', 'cancelled']);
    expect(new Run().state(true)).toBe('running');
    expect(unended.stepsDone).toBe(40);
  });

  it('gives series per term and per group', () => {
    const run = runOf(healthy);
    expect(run.lossSeries('dwell', 'raw').map(({ step: at, value }) => [at, value])).toEqual(
      [1, 10, 20, 30, 40].map((n) => [n, 30_000 / n]),
    );
    expect(run.groupSeries('shared(click+dwell)', 'dwell', 'norm')[1]).toEqual({ step: 10, value: 200 });
    expect(run.groupSeries('shared(click+dwell)', 'click', 'share')[4]).toEqual({ step: 40, value: 0.002 });
    expect(run.updateSeries('tower(click)', 'updateRatio')).toHaveLength(5);
    expect(run.groupSeries('tower(click)', 'dwell', 'norm')).toEqual([]);
    expect(run.groupSeries('constructor', 'dwell', 'norm')).toEqual([]);
    expect(run.lossSeries('dwell', 'raw', 'another')).toEqual([]);
  });

  it('gives NaN as a number and leaves out what was not measured', () => {
    const unknown = { raw: null, weight: 1, weighted: null, relative: null };
    const broken = { raw: 'NaN', weight: 1, weighted: '-Infinity', relative: 'NaN' } as const;
    const run = runOf([header, graph, step(1, { loss: [unknown, broken] })]);
    expect(run.lossSeries('click', 'raw')).toEqual([]);
    expect(run.lossSeries('dwell', 'raw')).toEqual([{ step: 1, value: NaN }]);
    expect(run.lossSeries('dwell', 'weighted')).toEqual([{ step: 1, value: -Infinity }]);
  });

  it('reads each step with the terms of the graph before it', () => {
    const turned = { ...graph, step: 2, objectives: [{ ...graph.objectives[0]!, terms: ['dwell', 'click'] }] };
    const run = runOf([header, graph, step(1), turned, step(2)]);
    expect(run.lossSeries('click', 'raw').map(({ value }) => value)).toEqual([0.7, 15_000]);
    expect(run.graph).toEqual(turned);
    expect(run.graphs).toBe(2);
  });

  it('keeps the terms of an objective that a later graph leaves out', () => {
    const run = runOf([header, graph, { ...graph, objectives: [] }, step(1)]);
    expect(run.lossSeries('click', 'raw')).toEqual([{ step: 1, value: 0.7 }]);
  });

  it('knows no terms of a step that stands before every graph', () => {
    const run = runOf([header, step(1), graph]);
    expect(run.lossSeries('click', 'raw')).toEqual([]);
    expect(run.steps[0]?.terms).toEqual([]);
  });
});

describe('Run with windows', () => {
  it('has a loss for every window, and for observed steps that are in none yet', () => {
    const run = runOf([header, graph, step(1), window(1, 1), step(2), window(2, 5), step(6)]);
    expect(run.lossSeries('click', 'raw')).toEqual([
      { step: 1, value: 0.7 },
      { step: 5, value: (0.7 / 2 + 0.7 / 5) / 2 },
      { step: 6, value: 0.7 / 6 },
    ]);
    expect(run.lossSeries('dwell', 'weight').map(({ value }) => value)).toEqual([1, 1, 1]);
    expect(run.lossSeries('dwell', 'relative')[2]?.value).toBeCloseTo(1 / 6, 12);
    expect(run.lossSeries('click', 'raw', 'other')).toEqual([]);
    expect(run.stepsDone).toBe(6);
    expect(runOf([header, graph, window(2, 5)]).stepsDone).toBe(5);
  });

  it('measures what is relative by the first loss that is finite and not 0', () => {
    const loss = (raw: number | 'NaN') => [{ raw, weight: 1, weighted: raw }, window(1, 1).loss[1]!];
    const lines = [0, 'NaN' as const, 4, 2].map((raw, i) => window(i + 1, i + 1, { loss: loss(raw) }));
    expect(
      runOf([header, graph, ...lines])
        .lossSeries('click', 'relative')
        .map(({ value }) => value),
    ).toEqual([0, NaN, 1, 0.5]);
  });

  it('knows the tasks where they meet', () => {
    const run = runOf(windowed);
    const [first] = run.windows;
    expect(first?.boundaryNorm('dwell')).toEqual({ mean: 2_000, last: 2_000, min: 2_000, max: 2_000 });
    expect(first?.boundaryNorm('other')).toBeNull();
    // -500 over 0.5 times 2,000.
    expect([first?.boundaryCosine('click', 'dwell'), first?.boundaryCosine('dwell', 'click')]).toEqual([-0.5, -0.5]);
    expect(first?.boundaryCosine('dwell', 'dwell')).toBe(1);
    expect(first?.boundaryCosine('click', 'other')).toBeNull();
    const dead = { steps: 1, terms: ['click', 'dwell'], norm: [0, 1], gram: [0, 0, 1] };
    const [zero] = runOf([header, graph, window(1, 1, { boundary: dead })]).windows;
    expect(zero?.boundaryCosine('click', 'dwell')).toBeNull();
    const [none] = runOf([header, graph, window(1, 1, { boundary: null })]).windows;
    expect([none?.boundarySteps, none?.boundaryNorm('click'), none?.boundaryTerms]).toEqual([0, null, []]);
  });

  it('finds products of any two of many tasks', () => {
    const terms = ['a', 'b', 'c', 'd'];
    // Task i has the gradient (i + 1) times the unit vector of axis i % 2.
    const gram = terms.flatMap((_, i) =>
      terms.slice(i).map((__, j) => ((i + i + j) % 2 === 0 ? (i + 1) * (i + j + 1) : 0)),
    );
    const boundary = { steps: 1, terms, norm: [1, 2, 3, 4], gram };
    const [only] = runOf([header, graph, window(1, 1, { boundary })]).windows;
    for (const [i, a] of terms.entries()) {
      for (const [j, b] of terms.entries()) {
        expect(only?.boundaryCosine(a, b), `${a} ${b}`).toBeCloseTo((i + j) % 2 === 0 ? 1 : 0, 12);
      }
    }
  });

  it('gives all its lines again, in order', () => {
    expect(runOf(windowed).lines.map(unpacked)).toEqual(windowed);
  });
});
