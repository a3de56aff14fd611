import { describe, expect, it } from 'vitest';
import { end, graph, header, healthy, plan, recordText, step } from '../../../test/sampleRecord.ts';
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
