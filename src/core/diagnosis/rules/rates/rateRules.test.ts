import { expect, it } from 'vitest';
import { end, graph, measure, step, window } from '../../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import type { RecordedNumber, RecordLine } from '../../../run/record.ts';
import { rateTooHigh } from './rateTooHigh.ts';
import { rateTooLow } from './rateTooLow.ts';

const adam = fact(
  'optimizer',
  { name: 'Adam', learningRate: 1e-5, named: false, groups: graph.groups.map(({ id }) => id) },
  { objective: 'fit', position: at(38, 20) },
);

/** Both tasks have the same loss; every step is looked at. */
function run(
  steps: number,
  ratio: (group: string, step: number) => RecordedNumber,
  loss: (step: number) => number,
): RecordLine[] {
  const lines: RecordLine[] = [graph, adam];
  for (let n = 1; n <= steps; n++) {
    const value = loss(n);
    const recorded: RecordedNumber = Number.isFinite(value) ? value : 'NaN';
    const losses = [0, 1].map(() => ({ raw: recorded, weight: 1, weighted: recorded }));
    const groups = Object.fromEntries(
      graph.groups.map(({ id, tasks }) => [
        id,
        {
          ...measure(
            tasks,
            tasks.map(() => 0.1),
            tasks.map(() => 1),
          ),
          updateRatio: ratio(id, n),
        },
      ]),
    );
    lines.push(
      step(n, { loss: losses.map((each) => ({ ...each, relative: 1 })), groups, epoch: null }),
      window(n, n, { loss: losses, epoch: null }),
    );
  }
  return [...lines, { ...end, steps }];
}

const slowly = (n: number): number => 2 - 0.0005 * n;
const down = (n: number): number => 0.1 + 2 * Math.exp(-n / 20);

it('tiny updates and a loss that hardly falls: too low, with the factor and the value', () => {
  const view = viewOf(...run(100, () => 3e-5, slowly));
  expect(said(rateTooLow, view)).toEqual([
    'warning: One update moves shared, click tower, dwell tower by 3e-5 of the size of its weights (less than 0.0003 is too ' +
      'little). The loss of click still falls, by 2.34 % so far: at this pace it needs 20 runs as long as this one to come ' +
      'down to half.',
  ]);
  expect(rateTooLow.judge(view).findings[0]).toMatchObject({
    position: at(38, 20),
    expression: { of: 'argument', index: 0 },
    tasks: ['click', 'dwell'],
    groups: graph.groups.map(({ id }) => id),
    evidence: [{ value: 3e-5, interval: [3e-5, 3e-5], steps: { from: 51, to: 100, count: 50 } }, { value: 20 }],
    advice: [{ id: 'raiseRate', change: { of: 'learningRate', group: null, factor: 1000, value: 0.01 } }],
  });
});

it('batches of very different losses that come round hide no slow fall', () => {
  const rounds = (n: number): number => slowly(n) + [0, 3, -1, 1][n % 4]!;
  expect(said(rateTooLow, viewOf(...run(100, () => 3e-5, rounds)))[0]).toMatch(/^warning: .* by 1\.67 % so far/);
});

it.each([
  ['has fallen', 3e-5, down],
  ['has come to rest', 3e-5, (n: number) => 1 + 0.1 * Math.exp(-n / 10)],
  ['is noise', 3e-5, (n: number) => 1 + 0.1 * Math.sin(n * n)],
  ['falls slowly under usual updates', 1e-3, slowly],
])('a loss that %s is none', (_, ratio, loss) => {
  expect(said(rateTooLow, viewOf(...run(100, () => ratio, loss)))[0]).toMatch(/^silent/);
});

it('one group that hardly moves is told alone', () => {
  const view = viewOf(...run(100, (id) => (id === 'tower(dwell)' ? 1e-6 : 1e-3), slowly));
  expect(rateTooLow.judge(view).findings).toMatchObject([
    { place: 'tower(dwell)', tasks: ['dwell'], advice: [{ change: { group: 'tower(dwell)', factor: 3e4 } }] },
  ]);
});

it('a rate is not called too low before it had the time, nor without looks', () => {
  expect(said(rateTooLow, viewOf(...run(49, () => 3e-5, slowly)))).toEqual([
    'silent: 49 steps have run; a rate is called too low after 50 at the earliest.',
  ]);
  const noLooks = run(100, () => 3e-5, slowly).filter(({ type }) => type !== 'step');
  expect(said(rateTooLow, viewOf(...noLooks))).toEqual([
    'silent: Fewer than 5 updates of the later part were looked at in any group.',
  ]);
});

it.each([
  ['jumps', (n: number) => (n === 3 ? 100 : 1 / n), 'The loss of click jumps from 1 to 100 at step 3.'],
  ['is none', (n: number) => (n > 7 ? NaN : n), 'The loss of click is no finite number at step 8.'],
  ['rises', (n: number) => 1 + n / 20, 'The loss of click rises, from 1.05 to 2.9.'],
  ['stands still', (n: number) => 1 + 0.01 * Math.sin(n * n), 'The loss of click does not fall: '],
  ['goes to and fro', (n: number) => (n % 2 === 0 ? 0.02 : 1), 'The loss of click goes to and fro by a factor of 50.'],
])('large updates and a loss that %s: too high', (_, loss, text) => {
  const [first] = said(rateTooHigh, viewOf(...run(40, (_id, n) => (n < 10 ? 0.5 : 0.01), loss)));
  expect(first).toContain('by 0.5 times the size of its weights (more than 0.1 is too much)');
  expect(first).toContain(text);
});

it('the advice goes back to the first step, before the weights had grown', () => {
  const view = viewOf(
    ...run(
      40,
      (_, n) => (n === 1 ? 3 : 0.2),
      (n) => n,
    ),
  );
  expect(rateTooHigh.judge(view).findings).toMatchObject([
    { place: 'fit', advice: [{ id: 'lowerRate', change: { group: null, factor: 0.01, value: 1e-7 } }] },
  ]);
});

it('large updates without harm, and usual ones with it, are silent', () => {
  expect(said(rateTooHigh, viewOf(...run(60, () => 0.5, down)))[0]).toMatch(
    /^silent: .* no loss rises, jumps or stands still/,
  );
  expect(
    said(
      rateTooHigh,
      viewOf(
        ...run(
          60,
          () => 0.05,
          (n) => n,
        ),
      ),
    )[0],
  ).toMatch(/^silent: The largest updates, of shared, are 0.05 times the size of its weights \(up to 0.1 is usual\)/);
});
