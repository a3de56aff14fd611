import { expect, it } from 'vitest';
import { end, graph } from '../../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import { validationName } from './validationName.ts';

const details = {
  callback: 'EarlyStopping',
  monitor: 'val_loss',
  means: 'click_loss',
  others: ['val_click_loss = click_loss + dwell_loss', 'val_dwell_loss = click_loss'],
  tasks: ['click', 'dwell'],
};

it('a callback that watches a wrong figure is an error where it is made', () => {
  const view = viewOf(graph, fact('monitor', details, { position: at(39), step: 0 }), end);
  expect(said(validationName, view)).toEqual([
    'error: EarlyStopping watches val_loss: in this model that is click_loss of the validation data. With several outputs ' +
      'every validation figure has the name of another: val_click_loss = click_loss + dwell_loss, val_dwell_loss = click_loss.',
  ]);
  expect(validationName.judge(view).findings[0]).toMatchObject({
    position: at(39),
    expression: { of: 'property', name: 'monitor' },
    // Click's loss is what is watched.
    tasks: ['dwell'],
    since: 1,
  });
});

it('of a sum, every task is out of sight', () => {
  const sum = { ...details, monitor: 'val_click_loss', means: 'click_loss + dwell_loss' };
  const [finding] = validationName.judge(viewOf(graph, fact('monitor', sum), end)).findings;
  expect(finding!.tasks).toEqual(['click', 'dwell']);
});

it('that nobody watches it is information at the call', () => {
  const view = viewOf(graph, fact('monitor', { ...details, callback: null }, { position: at(40) }), end);
  expect(said(validationName, view)[0]).toMatch(
    /^information: Under the name val_loss, tfjs reports click_loss of the validation data\./,
  );
  expect(validationName.judge(view).findings[0]).toMatchObject({ position: at(40), expression: null, tasks: [] });
});

it('is silent without such a validation', () => {
  expect(said(validationName, viewOf(graph, end))).toEqual([
    'silent: No model with several outputs was validated by tfjs itself.',
  ]);
});
