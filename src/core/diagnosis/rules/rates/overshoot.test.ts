import { expect, it } from 'vitest';
import { end, graph, step } from '../../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import { groupRates } from '../../../advice/rates.ts';
import type { RecordLine } from '../../../run/record.ts';
import { overshoot } from './overshoot.ts';

const sgd = fact(
  'optimizer',
  { name: 'SGD', learningRate: 0.1, named: false, groups: graph.groups.map(({ id }) => id) },
  { objective: 'fit', position: at(38) },
);

const curved = (alpha: number, raw: (n: number) => number, looks = 5, slope = -2): RecordLine[] => [
  graph,
  sgd,
  ...Array.from({ length: looks }, (_, k) =>
    fact(
      'curvature',
      { group: 'tower(click)', slope, bend: 2 * (alpha + 1), alpha },
      { objective: 'fit', step: 2 ** k },
    ),
  ),
  ...Array.from({ length: 16 }, (_, i) => {
    const value = raw(i + 1);
    const loss = [0, 1].map(() => ({ raw: value, weight: 1, weighted: value, relative: value }));
    return step(i + 1, { loss });
  }),
  end,
];
const falls = (n: number): number => 1 / n;
const rises = (n: number): number => n;

it('a median alpha above 0.8: information, and a warning where a loss rises', () => {
  expect(said(overshoot, viewOf(...curved(3, falls)))).toEqual([
    'information: Steps of click tower go 4 times as far as is best along their own direction (alpha 3; more than 0.8 is too much).',
  ]);
  const view = viewOf(...curved(3, rises));
  expect(overshoot.judge(view).findings).toMatchObject([
    {
      severity: 'warning',
      position: at(38),
      tasks: ['click'],
      evidence: [{ value: 3, interval: [3, 3], steps: { from: 1, to: 16, count: 5 } }],
      // Half of the step that is best, which is a quarter of this one.
      advice: [{ change: { group: 'tower(click)', factor: 0.125, value: 0.013 } }],
    },
  ]);
});

it('is silent with its figure, with too few looks, and for steps that lead uphill', () => {
  expect(said(overshoot, viewOf(...curved(0.5, rises)))).toEqual([
    'silent: The longest steps, of click tower, have an alpha of 0.5 (0 is best along their direction, up to 0.8 is usual).',
  ]);
  expect(said(overshoot, viewOf(...curved(3, rises, 4)))[0]).toMatch(/^silent: The curvature of no group/);
  expect(said(overshoot, viewOf(...curved(3, rises, 5, 1)))[0]).toMatch(/^silent: The curvature of no group/);
  expect(said(overshoot, viewOf(graph, sgd, end))[0]).toMatch(/^silent: Curvature is measured in fit/);
});

it('a rate is changed 1000 times at most', () => {
  expect(groupRates(viewOf(...curved(-0.9999, falls)), 'fit')).toMatchObject([{ group: 'tower(click)', factor: 1000 }]);
});
