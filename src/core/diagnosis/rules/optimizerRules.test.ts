import { expect, it } from 'vitest';
import { end, graph } from '../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../test/viewOf.ts';
import { foreignVariables, optimizerState } from './optimizerRules.ts';

it('moments that are applied to another variable are an error at the update', () => {
  const details = { optimizer: 'Adam', owner: 'shared/kernel', variable: 'click tower/kernel', slot: 0 };
  const view = viewOf(graph, fact('mixedMoments', details, { step: 12, position: at(44) }), end);
  expect(said(optimizerState, view)).toEqual([
    'error: Adam applies the moments of shared/kernel to click tower/kernel. tfjs keeps them by place in the list of ' +
      'variables (here 0), and this list differs from an earlier one.',
  ]);
  expect(optimizerState.judge(view).findings[0]).toMatchObject({
    position: at(44),
    since: 12,
    groups: ['shared(click+dwell)', 'tower(click)'],
  });
  expect(said(optimizerState, viewOf(graph, end))[0]).toMatch(/^silent/);
});

it('variables of another model that an objective without a list moves are a warning, of its own model information', () => {
  const details = { other: 'minimize at gan.js:9', models: ['generator'], variables: ['click tower/kernel'] };
  const about = { objective: 'fit', position: at(40), step: 6 };
  const view = viewOf(graph, fact('foreignVariables', details, about), end);
  expect(said(foreignVariables, view)).toEqual([
    'warning: fit of feed also moves the variables of generator, which minimize at gan.js:9 trains in turn with it. It has ' +
      'no list of variables, so it moves all that its loss leads to.',
  ]);
  expect(foreignVariables.judge(view).findings[0]).toMatchObject({
    groups: ['tower(click)'],
    tasks: ['click', 'dwell'],
  });
  const own = viewOf(graph, fact('foreignVariables', { ...details, models: [] }, about), end);
  expect(said(foreignVariables, own)[0]).toMatch(/^information: fit of feed also moves the variables of click tower/);
  expect(said(foreignVariables, viewOf(graph, end))[0]).toMatch(/^silent/);
});
