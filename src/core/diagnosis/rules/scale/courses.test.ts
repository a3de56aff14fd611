import { describe, expect, it } from 'vitest';
import { graph } from '../../../../../test/sampleRecord.ts';
import { noisy, simulatedRun, type SimulatedTask } from '../../../../../test/simulatedRun.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import type { RunView } from '../../runView.ts';
import { risingLoss } from './risingLoss.ts';
import { stalledTask } from './stalledTask.ts';
import { starvingTask } from './starvingTask.ts';

const noise = noisy(0.2);
const falls: SimulatedTask = { loss: (n) => noise(n) * (0.05 + Math.exp(-n / 60)) };
const stands: SimulatedTask = { loss: noisy(0.2, 2) };
const run = (tasks: { click: SimulatedTask; dwell: SimulatedTask }, steps = 200, more = {}): RunView =>
  viewOf(...simulatedRun(steps, tasks, more));

describe('a task that does not move while another falls', () => {
  it('is a warning, with both curves beside each other', () => {
    const view = run({ click: falls, dwell: stands });
    expect(said(stalledTask, view)).toEqual([
      expect.stringMatching(
        /^warning: The loss of dwell has not fallen in 200 steps: it is .*, and was .*\. That of click has fallen to \d+\.?\d* % of its start\.$/,
      ),
    ]);
    expect(stalledTask.judge(view).findings[0]).toMatchObject({
      tasks: ['dwell'],
      groups: ['tower(dwell)'],
      evidence: [{ series: [{ name: 'dwell' }, { name: 'click' }] }, { unit: '%' }, {}],
    });
  });

  it.each([
    ['falls a little, and surely', (n: number) => 1 - n / 1000],
    ['fell at once and has come to its end', (n: number) => noisy(0.2, 2)(n) * (n < 8 ? 1 : 0.3)],
    ['has next to nothing left', (n: number) => 1e-4 * noisy(0.2, 2)(n)],
    ['may be falling by a fifth, for all that its ups and downs tell', (n: number) => 1.1 - 0.6 * Math.sin(n / 8)],
  ])('is none where the other one %s', (_, loss) => {
    expect(said(stalledTask, run({ click: falls, dwell: { loss } }))[0]).toMatch(/^silent: The highest loss/);
  });

  it('is none where only noise is left of its gradient', () => {
    const halves = { click: () => 1, dwell: (n: number) => 0.01 * (noisy(1, 3)(n) - 1), between: () => 0 };
    expect(said(stalledTask, run({ click: falls, dwell: stands }, 200, { halves }))[0]).toMatch(/^silent/);
    expect(
      said(stalledTask, run({ click: falls, dwell: stands }, 200, { halves: { ...halves, dwell: () => 0.5 } }))[0],
    ).toMatch(/^warning/);
  });

  it('is none where no task falls, or after few steps', () => {
    expect(said(stalledTask, run({ click: stands, dwell: stands }))[0]).toMatch(/^silent: No loss has fallen/);
    expect(said(stalledTask, run({ click: falls, dwell: stands }, 90))[0]).toMatch(/^silent: It takes 100 steps/);
  });
});

describe('a loss that rises', () => {
  const rises: SimulatedTask = { loss: (n) => noisy(0.2, 2)(n) * (1 + n / 200) };

  it('is a warning, of a task and its tower', () => {
    const view = run({ click: falls, dwell: rises });
    expect(said(risingLoss, view)).toEqual([
      expect.stringMatching(/^warning: The loss of dwell rises: it is 1\.\d*, \d\.\d* times what it was\.$/),
    ]);
    expect(risingLoss.judge(view).findings[0]).toMatchObject({ tasks: ['dwell'], groups: ['tower(dwell)'] });
  });

  it('after it has fallen counts from where it turned', () => {
    const turns = (n: number) => noisy(0.1, 2)(n) * (n < 100 ? 10 - n / 12 : 1.7 + (n - 100) / 20);
    expect(said(risingLoss, run({ click: falls, dwell: { loss: turns } }))[0]).toMatch(/^warning/);
  });

  it('is information while what was learned is hardly lost, and a warning once it has doubled', () => {
    const back = (by: number) => (n: number) =>
      0.9 ** n + 0.02 * noisy(0.05, 2)(n) * (1 + (by - 1) * Math.min(1, Math.max(0, n - 120) / 40));
    const told = (by: number) => said(risingLoss, run({ click: falls, dwell: { loss: back(by) } }))[0];
    expect(told(1.5)).toMatch(
      /^information: .* It is still at \d\.?\d* % of where it came from: little is lost yet\.$/,
    );
    expect(told(3)).toMatch(/^warning: The loss of dwell rises: it is 0\.05\d*, [23]\.\d* times what it was\.$/);
  });

  it('because it is subtracted is told with its weight, and alone', () => {
    const flipped = { loss: (n: number) => Math.exp(n / 20), weight: () => -1 };
    expect(said(risingLoss, run({ click: rises, dwell: flipped }))).toEqual([
      expect.stringMatching(
        /^warning: The loss of dwell rises: .* It is subtracted: its weight in the total is -1, so/,
      ),
    ]);
  });

  it('is told of the steps before it became infinite', () => {
    const flipped = { loss: (n: number) => (n > 40 ? NaN : Math.exp(n)), weight: () => -1 };
    expect(said(risingLoss, run({ click: falls, dwell: flipped }))[0]).toMatch(/^warning/);
  });

  it.each<[string, SimulatedTask]>([
    ['an entropy that is held up', { loss: (n) => 1 + 0.4 * (1 - Math.exp(-n / 50)), weight: () => -0.01 }],
    ['a log likelihood that grows towards 0', { loss: (n) => -10 * Math.exp(-n / 60), weight: () => -1 }],
    ['noise', stands],
    ['a rise of a tenth', { loss: (n) => noise(n) * (1 + n / 2000) }],
  ])('is not %s', (_, dwell) => {
    expect(said(risingLoss, run({ click: falls, dwell }))[0]).toMatch(/^silent/);
  });

  it('is information where objectives take turns', () => {
    const other = { ...graph.objectives[0]!, id: 'other', terms: [] };
    const first = [{ ...graph, objectives: [...graph.objectives, other] }];
    expect(said(risingLoss, run({ click: falls, dwell: rises }, 200, { first }))[0]).toMatch(/^information/);
  });

  it('with learned weights a total below 0 is said to be normal', () => {
    const weighting = { ...graph.groups[0]!, id: 'weighting', kind: 'weighting' as const, tasks: [] };
    const first = [{ ...graph, groups: [...graph.groups, weighting] }];
    expect(said(risingLoss, run({ click: falls, dwell: stands }, 200, { first }))[0]).toMatch(
      /A total below 0 is normal with learned weights: its optimum is 1 \+ ln L for each task\.$/,
    );
  });
});

it('nobody starves where nobody has a gradient', () => {
  const none = { loss: noisy(0.1, 2), norm: () => 1, share: () => 0 };
  expect(said(starvingTask, run({ click: none, dwell: { ...none, loss: noisy(0.1, 3) } }))[0]).toMatch(/^silent/);
  const all = { ...none, share: () => 1 };
  expect(said(starvingTask, run({ click: none, dwell: all }))[0]).toMatch(/^warning: click gets 0 %/);
});

describe('a loss below 0', () => {
  it('that falls ever faster has no lowest value: its sign was turned', () => {
    const view = run({ click: falls, dwell: { loss: (n) => -2 * noise(n) * Math.exp(n / 20) } });
    expect(said(risingLoss, view)[0]).toMatch(
      /^warning: The loss of dwell falls without end: it was -2\.\d+ and is -\S+, /,
    );
  });

  it('means what the script’s own function computes, where that is known', () => {
    const first = [graph, fact('ownLoss', { op: 'Neg' }, { task: 'dwell', position: at(17, 9) })];
    const tasks = { click: falls, dwell: { loss: (n: number) => -2 * noise(n) * Math.exp(n / 20) } };
    const meant = (more: Parameters<typeof run>[2]) => risingLoss.judge(run(tasks, 200, more)).findings[0];
    expect(meant({ first })).toMatchObject({ position: at(17, 9), expression: null, isAskedFor: true });
    expect(meant({})).toMatchObject({ position: at(32), expression: { of: 'loss', task: 'dwell' } });
  });

  it.each([
    ['a log likelihood', (n: number) => 1 - Math.log(n)],
    ['a similarity', (n: number) => -1 + Math.exp(-n / 20)],
    ['a reward that grows in proportion', (n: number) => -n * noise(n)],
  ])('is nothing, where it is %s', (_, loss) => {
    expect(said(risingLoss, run({ click: falls, dwell: { loss } }))[0]).toMatch(/^silent/);
  });
});
