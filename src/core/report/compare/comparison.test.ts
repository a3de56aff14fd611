import { describe, expect, it } from 'vitest';
import { compare, losses, runOf } from '../../../../test/comparedRuns.ts';
import { graph, group, header, leak, step, validation } from '../../../../test/sampleRecord.ts';
import type { GraphLine } from '../../run/record.ts';
import { runLetters } from './comparedRun.ts';
import { compareRuns, type Comparison } from './comparison.ts';
import { compareSharedGroups } from './groups.ts';
import { standingAt, type Standing } from './tasks.ts';
import { compareValidation } from './validation.ts';

describe('the tasks of several runs', () => {
  const standing = (comparison: Comparison, task: string, cursor: number | null = null): Standing | null =>
    standingAt(
      comparison.tasks.find(({ name }) => name === task)!,
      cursor,
    );

  it('stand to each other at the last step that all observed, in raw losses', () => {
    const a = [header, graph, losses(1, 4, 8), losses(2, 3, 6), losses(4, 1, 6), losses(6, 2, 5)];
    const b = [header, graph, losses(1, 4, 8, [9, 9]), losses(3, 0.25, 1), losses(4, 0.5, 9), losses(5, 0.75, 1)];
    const comparison = compare(a, b);
    const click = comparison.tasks[0]!;
    expect(click.runs.map((each) => [each?.first, each?.last, each?.best])).toEqual([
      [
        { step: 1, value: 4 },
        { step: 6, value: 2 },
        { step: 4, value: 1 },
      ],
      [
        { step: 1, value: 4 },
        { step: 5, value: 0.75 },
        { step: 3, value: 0.25 },
      ],
    ]);
    expect(comparison.common).toEqual([1, 4]);
    expect(standing(comparison, 'click')).toEqual({
      step: 4,
      losses: [1, 0.5],
      ratios: [1, 0.5],
      recent: [2.5, 2.25],
      places: ['higher', 'lowest'],
      recentPlaces: ['higher', 'lowest'],
    });
    expect(standing(comparison, 'dwell')?.recentPlaces).toEqual(['lowest', 'higher']);
    // A single step may say the opposite of the steps before it.
    const lucky = compare(a, [header, graph, losses(1, 9, 8), losses(2, 9, 9), losses(4, 0.5, 9)]);
    expect(standing(lucky, 'click')).toMatchObject({
      places: ['higher', 'lowest'],
      recentPlaces: ['lowest', 'higher'],
    });
    expect(standing(comparison, 'dwell')).toMatchObject({ step: 4, ratios: [1, 1.5], places: ['lowest', 'higher'] });
    expect(standing(comparison, 'click', 3)).toMatchObject({ step: 1, places: ['equal', 'equal'] });
    expect(standing(comparison, 'click', 0)).toBeNull();
  });

  it('are matched by name, whatever their ids and order; one that only some runs have is shown as such', () => {
    const swapped: GraphLine = {
      ...graph,
      terms: [
        { ...graph.terms[1]!, id: 't1' },
        { ...graph.terms[0]!, id: 't2' },
        { ...graph.terms[0]!, id: 't3', name: 'share' },
      ],
      objectives: [{ ...graph.objectives[0]!, terms: ['t1', 't2', 't3'] }],
    };
    const three = step(1, { loss: [30, 2, 5].map((raw) => ({ raw, weight: 1, weighted: raw, relative: 1 })) });
    const comparison = compare([header, graph, losses(1, 1, 10)], [header, swapped, three]);
    expect(comparison.tasks.map(({ name, runs }) => [name, runs.map((each) => each?.id ?? null)])).toEqual([
      ['click', ['click', 't2']],
      ['dwell', ['dwell', 't1']],
      ['share', [null, 't3']],
    ]);
    expect(standing(comparison, 'click')).toMatchObject({ losses: [1, 2], ratios: [1, 2] });
    expect(standing(comparison, 'share')).toMatchObject({
      losses: [null, 5],
      ratios: [null, null],
      places: [null, 'only'],
    });
  });

  it('a loss that is not finite is never the best, nor the lowest', () => {
    const a = [header, graph, losses(1, 1, 'NaN'), losses(2, 'NaN', 'NaN')];
    const b = [header, graph, losses(1, 2, 'Infinity'), losses(2, 5, '-Infinity')];
    const comparison = compare(a, b);
    expect(comparison.tasks[0]?.runs[0]?.best).toEqual({ step: 1, value: 1 });
    expect(comparison.tasks[1]?.runs.map((each) => each?.best)).toEqual([null, null]);
    expect(standing(comparison, 'click')).toMatchObject({
      losses: [NaN, 5],
      ratios: [null, null],
      places: ['not finite', 'lowest'],
    });
    expect(standing(comparison, 'dwell')).toMatchObject({ places: ['not finite', 'not finite'], recent: [NaN, NaN] });
  });

  it('there are none in runs that recorded nothing, and a run that has not begun keeps nobody from being compared', () => {
    const empty = compare([], [header]);
    expect([empty.tasks, empty.common, empty.cuts]).toEqual([[], [], []]);
    const { tasks, common } = compare([header, graph, losses(1, 1, 1)], [header, graph], []);
    expect(common).toEqual([1]);
    expect(standingAt(tasks[0]!, null)).toMatchObject({ losses: [1, null, null], places: ['only', null, null] });
    expect(standingAt(compare([header, graph], [header, graph]).tasks[0]!, null)).toBeNull();
    // Steps without a graph have no terms that could be named.
    expect(compare([header, step(1)], [header, step(1)]).tasks).toEqual([]);
  });

  it('a negative or a zero reference has no ratio', () => {
    const comparison = compare([header, graph, losses(1, 0, -2)], [header, graph, losses(1, 1, 4)]);
    expect(standing(comparison, 'click')?.ratios).toEqual([null, null]);
    expect(standing(comparison, 'dwell')?.ratios).toEqual([1, null]);
  });

  it('validation is compared at the last epoch that all validated, else at each one’s last', () => {
    const later = { ...validation, epoch: 2, tasks: { click: { loss: 0.5, accuracy: 'NaN' as const } } };
    const runs = [runOf([header, validation, later]), runOf([header, validation]), runOf([header])];
    expect(compareValidation(runs, 'click')).toEqual([
      { metric: 'loss', runs: [{ value: 0.61, epoch: 1 }, { value: 0.61, epoch: 1 }, null] },
      { metric: 'accuracy', runs: [{ value: 0.7, epoch: 1 }, { value: 0.7, epoch: 1 }, null] },
    ]);
    expect(compareValidation([runOf([validation]), runOf([later])], 'click')[0]?.runs).toEqual([
      { value: 0.61, epoch: 1 },
      { value: 0.5, epoch: 2 },
    ]);
    expect(compareValidation(runs, 'constructor')).toEqual([]);
  });
});

describe('the shared groups of several runs', () => {
  it('hold each task’s norm, share and way there, up to the step that is looked at', () => {
    const cut: GraphLine = {
      ...graph,
      features: [leak],
      paths: graph.paths.map((path) => (path.task === 'dwell' ? { ...path, state: 'cut' } : path)),
    };
    const runs = [runOf([header, graph, step(1), step(2), step(4)]), runOf([header, cut, step(1)])];
    const { tasks } = compareRuns(runs);
    const [shared, ...others] = compareSharedGroups(runs, tasks, 3);
    expect(others).toEqual([]);
    expect(shared?.label).toBe('shared');
    expect(shared?.tasks).toEqual([
      {
        name: 'click',
        runs: [
          { norm: { step: 2, value: 0.25 }, share: { step: 2, value: 0.002 }, state: 'flows', declared: false },
          { norm: { step: 1, value: 0.5 }, share: { step: 1, value: 0.002 }, state: 'flows', declared: false },
        ],
      },
      {
        name: 'dwell',
        runs: [
          { norm: { step: 2, value: 1000 }, share: { step: 2, value: 0.998 }, state: 'flows', declared: false },
          { norm: { step: 1, value: 2000 }, share: { step: 1, value: 0.998 }, state: 'cut', declared: false },
        ],
      },
    ]);
  });

  it('are matched by their tasks, not by their labels; what a run lacks is null', () => {
    const relabelled = { ...graph, groups: [group('shared', 'trunk', ['dwell', 'click']), graph.groups[1]!] };
    const runs = [runOf([header, graph, step(1)]), runOf([header, relabelled, step(1)]), runOf([header])];
    const { tasks } = compareRuns(runs);
    const [shared, ...others] = compareSharedGroups(runs, tasks, null);
    expect(others).toEqual([]);
    expect(shared?.groups.map((each) => each?.label ?? null)).toEqual(['shared', 'trunk', null]);
    expect(shared?.tasks[0]?.runs[2]).toBeNull();
  });
});

it('runs are called by letters', () => {
  expect([[0], [0, 1], [0, 2, 3]].map(runLetters)).toEqual(['A', 'A and B', 'A, C and D']);
});
