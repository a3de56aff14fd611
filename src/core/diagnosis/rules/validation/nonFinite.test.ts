import { expect, it } from 'vitest';
import { end, graph, nonFinite as event, window } from '../../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import type { EventLine, RecordedNumber, WindowLine } from '../../../run/record.ts';
import { nonFinite } from './nonFinite.ts';

/** Step n, with this loss of dwell. */
const losing = (n: number, dwell: RecordedNumber): WindowLine =>
  window(n, n, {
    loss: [
      { raw: 0.5, weight: 1, weighted: 0.5 },
      { raw: dwell, weight: 1, weighted: dwell },
    ],
  });
const cause = (phase: NonNullable<EventLine['cause']>['phase'], op: string | null, layer: string | null = null) => ({
  ...event,
  cause: { phase, op, layer },
});
const steps = [...Array.from({ length: 16 }, (_, i) => losing(i + 1, 4)), losing(17, 'NaN')];

it('the first number that is not finite is an error at its operation, with its task', () => {
  const view = viewOf(graph, cause('forward', 'Log'), ...steps, end);
  expect(said(nonFinite, view)).toEqual([
    'error: At step 17 the loss of dwell is NaN for the first time. Log made it from finite numbers.',
  ]);
  const [finding] = nonFinite.judge(view).findings;
  expect(finding).toMatchObject({ place: 'dwell', tasks: ['dwell'], position: at(32), since: 17 });
  expect(finding!.evidence.map(({ value }) => value)).toEqual([17, 'NaN', 4]);
  expect(finding!.advice.map(({ id }) => id)).toEqual(['safe']);
  expect(finding!.related).toMatchObject([{ position: at(32) }]);
});

it('says where it came from, and what helps there', () => {
  const told = (line: EventLine) => {
    const view = viewOf(graph, line, ...steps, end);
    const [finding] = nonFinite.judge(view).findings;
    return [said(nonFinite, view)[0]!.replace(/^.*?\. /, ''), finding!.advice.map(({ id }) => id).join()];
  };
  expect(told(cause('data', 'SquaredDifference'))).toEqual([
    'It came in with the batch: SquaredDifference was given a number that is not finite.',
    'batch',
  ]);
  expect(told(cause('weights', 'BatchMatMul', 'trunk'))).toEqual([
    'A weight is not finite already: the update before this step made it so.',
    'rate',
  ]);
  expect(told(cause('backward', 'Sqrt', 'norm'))).toEqual([
    'The gradient of Sqrt (norm) made it from finite numbers.',
    'safe,masked',
  ]);
  expect(told(cause('forward', 'Relu'))[1]).toBe('finite');
  expect(told({ ...event, cause: null })[0]).toBe('Which operation made it was not found.');
});

it('a loss that was running away before points at the rate', () => {
  const growing = [1, 40, 900, 2e4].map((loss, i) => losing(13 + i, loss));
  const made = fact('optimizer', { name: 'SGD', learningRate: 0.1, named: false, groups: [] }, { position: at(38) });
  const view = viewOf(graph, made, cause('forward', 'Square'), ...growing, losing(17, 'Infinity'), end);
  expect(said(nonFinite, view)).toEqual([
    'error: At step 17 the loss of dwell is ∞ for the first time. Square made it from finite numbers. Before that it had ' +
      'grown 2e4-fold since step 13.',
  ]);
  const [finding] = nonFinite.judge(view).findings;
  expect(finding!.advice[0]).toMatchObject({ id: 'rate', change: { of: 'learningRate', factor: 0.1, value: 1e-4 } });
  expect(finding!.related.at(-1)).toMatchObject({ position: at(38) });
});

it('a number of no task is one of all', () => {
  const view = viewOf(graph, { ...cause('backward', null), task: null, position: null }, end);
  expect(said(nonFinite, view)[0]).toMatch(/^error: At step 17 a gradient is not finite for the first time/);
  expect(nonFinite.judge(view).findings[0]).toMatchObject({
    place: 'total',
    tasks: ['click', 'dwell'],
    position: null,
  });
});

it('is silent while all numbers are finite', () => {
  const notice: EventLine = { ...event, kind: 'notice' };
  expect(said(nonFinite, viewOf(graph, notice, ...steps.slice(0, 16), end))).toEqual([
    'silent: Every loss was a finite number, and so was every gradient that the updates used.',
  ]);
});
