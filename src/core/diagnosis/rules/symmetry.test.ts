import { expect, it } from 'vitest';
import { detach, end, graph, stop } from '../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../test/viewOf.ts';
import { symmetry } from './symmetry.ts';

const details = {
  variable: 'shared/kernel',
  values: 'equalUnits',
  gradient: 'equalUnits',
  units: 8,
  steps: 5,
} as const;
const zero = { ...details, values: 'zero', gradient: 'zero', steps: 20 } as const;
const about = { layer: 'shared', position: at(11), step: 5 };

it('units that are alike and are corrected alike are a warning at their layer', () => {
  const view = viewOf(graph, fact('symmetry', details, about), end);
  expect(said(symmetry, view)).toEqual([
    'warning: All 8 units of shared start with the same values. Their gradients were the same at the first 5 steps: they ' +
      'stay one unit.',
  ]);
  expect(symmetry.judge(view).findings[0]).toMatchObject({
    position: at(11),
    expression: { of: 'firstProperty', names: ['kernelInitializer'] },
    groups: ['shared(click+dwell)'],
    tasks: ['click', 'dwell'],
    since: 5,
  });
  expect(said(symmetry, viewOf(graph, end))[0]).toMatch(/^silent/);
});

it('gradients of 0 are its fault where no cut makes them', () => {
  const of = (...cuts: readonly (typeof detach)[]) =>
    said(symmetry, viewOf({ ...graph, cuts }, fact('symmetry', zero, about), end))[0];
  expect(of()).toMatch(
    /^warning: All 8 units of shared start at 0\. Their gradient was exactly 0 at the first 20 steps/,
  );
  expect(of({ ...stop, pairs: [{ task: 'dwell', group: 'tower(click)', complete: true }] })).toMatch(/^warning/);
  expect(of(detach)).toMatch(/^silent/);
});

it('layers that one expression makes are one finding', () => {
  const [one, other] = ['expert1', 'expert2'].map((layer) =>
    fact('symmetry', { ...details, variable: `${layer}/kernel` }, { ...about, layer }),
  );
  expect(said(symmetry, viewOf(graph, one!, other!, end))).toEqual([
    'warning: All 8 units of expert1, expert2 start with the same values. Their gradients were the same at the first 5 ' +
      'steps: they stay one unit.',
  ]);
});
