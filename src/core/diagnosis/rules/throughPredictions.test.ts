import { describe, expect, it } from 'vitest';
import { end, graph, leak, measure, step, stop } from '../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../test/viewOf.ts';
import type { StepLine } from '../../run/record.ts';
import { brokenStopGradient, predictionLeak } from './throughPredictions.ts';

const leaky = { ...graph, features: [leak] };
/** click's own norm in its tower is 1; `raw` is its loss. */
const leaking = (n: number, norm: number, raw: number): StepLine => ({
  ...step(n),
  loss: [{ raw, weight: 1, weighted: raw, relative: 1 }, step(n).loss[1]!],
  groups: { ...step(n).groups, 'tower(click)': measure(['click', 'dwell'], [1, norm], [1, 0]) },
});
const tenSteps = (norm: number, raw: (n: number) => number): StepLine[] =>
  Array.from({ length: 10 }, (_, i) => leaking(i + 1, norm, raw(i + 1)));

describe('a prediction that is a feature of another task', () => {
  it('lets the gradient of that task through: information, with its norm', () => {
    const view = viewOf(leaky, ...tenSteps(0.057, () => 1), end);
    expect(said(predictionLeak, view)).toEqual([
      'information: dwell uses the prediction of click, and its gradient flows back through it. Its norm in the tower of ' +
        'click is 0.057. That is 5.7 % of the norm of click itself.',
    ]);
    expect(predictionLeak.judge(view).findings[0]).toMatchObject({
      groups: ['tower(click)'],
      position: at(32),
      since: 1,
    });
  });

  it('is a warning where it is large and the loss of the task that owns it does not fall', () => {
    const severity = (norm: number, raw: (n: number) => number) =>
      said(predictionLeak, viewOf(leaky, ...tenSteps(norm, raw), end))[0]!.split(':')[0];
    expect(severity(0.11, () => 1)).toBe('warning');
    expect(severity(0.09, () => 1)).toBe('information');
    expect(severity(0.11, (n) => 1 / n)).toBe('information');
  });

  it('is none where the gradient is stopped', () => {
    const stopped = { ...graph, cuts: [stop], features: [{ ...leak, carries: false, declared: true }] };
    expect(said(predictionLeak, viewOf(stopped, end))[0]).toMatch(/^silent/);
    expect(said(brokenStopGradient, viewOf(stopped, end))[0]).toMatch(/^silent/);
  });
});

describe('a stop-gradient that does not hold', () => {
  const broken = {
    ...graph,
    cuts: [{ ...stop, pairs: [{ ...stop.pairs[0]!, complete: false }] }],
    features: [leak],
  };

  it('is an error at the stop-gradient, with the place that goes around it, and explains the leak', () => {
    const around = fact('brokenStop', { of: 'click', op: 'Square' }, { task: 'dwell', position: at(26) });
    const view = viewOf(around, broken, leaking(10, 0.057, 1), end);
    expect(said(brokenStopGradient, view)).toEqual([
      'error: This stop-gradient does not keep dwell out of click tower: another path carries its gradient there. The norm ' +
        'of the gradient of dwell there is 0.057.',
    ]);
    const [finding] = brokenStopGradient.judge(view).findings;
    expect(finding).toMatchObject({
      position: at(25, 9),
      tasks: ['dwell', 'click'],
      groups: ['tower(click)'],
      since: 1,
    });
    expect(finding!.related).toMatchObject([{ position: at(26) }]);
    expect(said(predictionLeak, view)[0]).toMatch(/^silent/);
  });

  it('is none where it keeps a task out of the shared trunk on one path only', () => {
    const shared = { ...stop, pairs: [{ task: 'dwell', group: 'shared(click+dwell)', complete: false }] };
    expect(said(brokenStopGradient, viewOf({ ...graph, cuts: [shared] }, end))[0]).toMatch(/^silent/);
  });
});
