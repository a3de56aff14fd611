import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../test/random.ts';
import { end, graph, measure, step, window } from '../../../../../test/sampleRecord.ts';
import { fact, said, viewOf } from '../../../../../test/viewOf.ts';
import type { FactDetails } from '../../../run/facts/factLine.ts';
import type { GraphLine, RecordLine } from '../../../run/record.ts';
import type { RunView } from '../../runView.ts';
import { noSignal } from './noSignal.ts';

interface Training {
  readonly steps: number;
  readonly click: (step: number) => number;
  readonly dwell: (step: number) => number;
  /** Of the weights of dwell's tower, in a step. */
  readonly update: number;
  /** Product of the gradients of two halves of a batch over the squared norm; null: no halves were looked at. */
  readonly agreement: number | ((step: number) => number) | null;
  readonly graph: GraphLine;
  readonly variance: number;
  /** The labels of dwell are two classes, as many rows of each. */
  readonly ofClasses: boolean;
  /** By epochs of ten steps; and the variance of the labels there. */
  readonly validation: ((epoch: number) => number) | null;
  readonly validated: number | null;
  readonly validationRows: number;
}

const random = seededRandom(3);
const noise = (): number => random.next() - 0.5;
/** Labels of dwell with a variance of 4 that no input knows anything of; click learns. */
const shuffled: Training = {
  steps: 200,
  click: (n) => 1 / (1 + n / 10) + 0.05 * noise(),
  dwell: (n) => 4 + 20 * 0.8 ** n + 0.8 * noise(),
  update: 2e-3,
  agreement: 0.02,
  graph,
  variance: 4,
  ofClasses: false,
  validation: null,
  validated: 3.8,
  validationRows: 200,
};

function train(change: Partial<Training> = {}): RunView {
  const {
    steps,
    click,
    dwell,
    update,
    agreement,
    graph: known,
    variance,
    ofClasses,
    validation,
    validated,
    validationRows,
  } = {
    ...shuffled,
    ...change,
  };
  const labels = {
    rows: 64,
    values: 64,
    nonFinite: 0,
    min: -9,
    max: 9,
    mean: 0,
    variance,
    whole: false,
    distinct: null,
    ...(ofClasses ? { min: 0, max: 1, mean: 0.5, variance: 0.25, whole: true } : {}),
  };
  const agreed = typeof agreement === 'function' ? agreement : (): number => agreement ?? 0;
  const lines = Array.from({ length: steps }, (_, i) => i + 1).flatMap((n): RecordLine[] => {
    const loss = [click(n), dwell(n)].map((raw) => ({ raw, weight: 1, weighted: raw }));
    const deep = step(n, {
      groups: {
        'shared(click+dwell)': measure(['click', 'dwell'], [0.5, 2], [0.2, 0.8]),
        'tower(dwell)': { ...measure(['dwell'], [1], [1]), updateRatio: update },
      },
    });
    const halves: RecordLine = {
      type: 'halves',
      step: n,
      objective: 'fit',
      rows: 64,
      independent: true,
      groups: { 'shared(click+dwell)': { terms: ['click', 'dwell'], cross: [0.1, 0, 0, 4 * agreed(n)] } },
    };
    if (n % 10 !== 0) {
      return [window(n, n, { loss })];
    }
    const tasks = { click: { loss: click(n) }, dwell: { loss: validation?.(n / 10) ?? NaN } };
    const tested: RecordLine[] = validation === null ? [] : [{ type: 'validation', step: n, epoch: n / 10, tasks }];
    return [deep, window(n, n, { loss }), ...(agreement === null ? [] : [halves]), ...tested];
  });
  return viewOf(
    known,
    fact('lossForm', { form: ofClasses ? 'crossEntropy' : 'squaredError' }, { task: 'dwell' }),
    fact('labels', labels as unknown as FactDetails['labels'], { task: 'dwell' }),
    ...(validated === null
      ? []
      : [fact('validationLabels', { output: 'dwell', rows: validationRows, mean: 0, variance: validated })]),
    ...lines,
    { ...end, steps },
  );
}

describe('a task whose labels do not follow from the inputs', () => {
  it('is a warning, at its target', () => {
    const view = train();
    expect(said(noSignal, view)[0]).toMatch(
      /^warning: The loss of dwell stays at (?:3\.9|4\.0)\d*, as if it did not look at its inputs: the best constant prediction costs 4\. Its gradients flow and its weights move, and beside it click learned\.$/,
    );
    const [finding] = noSignal.judge(view).findings;
    expect(finding).toMatchObject({ tasks: ['dwell'], expression: { of: 'target', task: 'dwell' } });
    expect(finding!.evidence.map(({ unit }) => unit)).toEqual(['×', '', '%']);
    expect(finding!.evidence[0]).toMatchObject({ steps: { from: 101, to: 200, count: 100 } });
    expect(finding!.evidence[2]!.value).toBeCloseTo(2, 6);
  });

  it('is found where no halves were looked at, too', () => {
    expect(said(noSignal, train({ agreement: null }))[0]).toMatch(/^warning/);
  });

  it('is found where the rows are learned by heart; of this much the training loss alone is not sure', () => {
    const byHeart = { dwell: (n: number): number => 4.1 - 0.008 * n + 0.1 * noise() };
    expect(said(noSignal, train(byHeart))[0]).toMatch(
      /^information: When click had halved its loss, at step \d+, that of dwell was still \S+ % of what the best constant prediction costs; now it is 6\d\.\d %, as where rows are learned by heart\./,
    );
  });
});

describe('a task that learns its rows by heart while the halves of its batches have nothing in common', () => {
  const apart: Partial<Training> = {
    dwell: (n) => 4.1 * 0.994 ** n + 0.1 * noise(),
    agreement: (n) => (n % 20 === 0 ? 0.12 : -0.08),
  };

  it('is information, with how far they agree, and the advice to look at other rows', () => {
    const view = train(apart);
    expect(said(noSignal, view)[0]).toMatch(
      /^information: dwell seems to learn its rows by heart: .* Their gradients agree by \d\.?\d* % at most\. When click had halved its loss, at step \d+, that of dwell was still (?:9\d|100)\.?\d* % of what the best constant prediction costs; now it is 3\d\.?\d* %\./,
    );
    const [finding] = noSignal.judge(view).findings;
    const agreement = finding!.evidence.at(-1)!;
    // Six looks and seven: Student's interval for 13 values, (6 · 12 % - 7 · 8 %) / 13 ± 2.179 · √(Σ(x - x̄)² / 12 / 13).
    expect(agreement.value).toBeCloseTo(1.231, 3);
    expect(agreement.interval?.[0]).toBeCloseTo(1.231 - 6.273, 2);
    // 4.1 · 0.994ⁿ is 2 at n = 119: the next of twenty stretches has a mean below, and ends at 130.
    expect(agreement.steps).toMatchObject({ from: 10, to: 130 });
    expect(finding!.advice.map(({ id }) => id)).toEqual(['labels', 'validate', 'leaveOut']);
  });

  it.each<readonly [string, Partial<Training>]>([
    ['halves that agree a little', { agreement: 0.22 }],
    ['halves that agree by less, but each time', { agreement: 0.05 }],
    ['classes', { ofClasses: true, dwell: (n) => (Math.LN2 / 4) * (4.1 * 0.994 ** n + 0.1 * noise()) }],
    ['halves that scatter too far to say', { agreement: (n) => (n % 20 === 0 ? 0.6 : -0.5) }],
    ['halves that were not looked at', { agreement: null }],
    ['a loss that fell as soon as the other one', { dwell: (n) => 4 * 0.97 ** n }],
    ['a validation loss that fell too', { validation: (epoch) => 4 * 0.95 ** epoch }],
  ])('is not told with %s', (_, change) => {
    expect(said(noSignal, train({ ...apart, ...change }))[0]).toMatch(/^silent/);
  });

  it('is told by the validation data where there is some', () => {
    expect(said(noSignal, train({ ...apart, validation: () => 3.9 }))[0]).toMatch(/^warning: dwell learns its rows by/);
  });
});

describe('a task that learns its rows by heart at once', () => {
  const byHeart = { dwell: (n: number): number => 4 * 0.98 ** n + 0.1 * noise(), agreement: 0.6 };
  const neverBelow = (epoch: number): number => 3.8 + 0.1 * epoch + 0.1 * noise();

  it('is told by the validation data', () => {
    const view = train({ ...byHeart, validation: neverBelow });
    expect(said(noSignal, view)[0]).toMatch(
      /^warning: dwell learns its rows by heart: its training loss is \d+\.?\d* % of what the best constant prediction costs, and on the validation data it never was below 10\d\.?\d* %\. Its gradients flow/,
    );
    const [finding] = noSignal.judge(view).findings;
    expect(finding!.evidence[1]!.name).toBe('lowest validation loss over that of the best constant prediction');
    expect(finding!.evidence[1]!.value).toBeCloseTo(4 / 3.8, 1);
  });

  it('is information where the validation data is few rows', () => {
    expect(said(noSignal, train({ ...byHeart, validation: neverBelow, validationRows: 32 }))[0]).toMatch(
      /^information: dwell learns its rows by heart: .* Those are 32 rows: what is weak would not show in so few\./,
    );
  });

  it.each<readonly [string, Partial<Training>]>([
    ['no validation', {}],
    ['two validations', { validation: (epoch) => (epoch > 2 ? NaN : 5) }],
    ['a validation loss that was lower', { validation: (epoch) => (epoch < 8 ? 3.4 : neverBelow(epoch)) }],
    ['validation labels that vary more', { validation: neverBelow, validated: 5 }],
    ['validation labels of another scale', { validation: (epoch) => 100 * neverBelow(epoch), validated: 380 }],
    ['validation labels that were not read', { validation: neverBelow, validated: null }],
  ])('is not told with %s', (_, change) => {
    expect(said(noSignal, train({ ...byHeart, ...change }))[0]).toMatch(/^silent/);
  });
});

describe('is silent, and says why, for', () => {
  it.each<readonly [string, Partial<Training>, RegExp]>([
    [
      'an easy task that converged',
      { dwell: (n) => 0.02 + 4 * 0.8 ** n },
      /is 0\.0\d+ times that of the best constant/,
    ],
    ['one that has learned a part', { dwell: (n) => 3.2 + 8 * 0.8 ** n + 0.3 * noise() }, /is 0\.(?:79|8)\d* times/],
    ['one that still falls', { dwell: (n) => 4.6 - 0.004 * n, agreement: 0.6 }, /agree by 60 %/],
    ['one that fell late', { dwell: (n) => (n < 60 ? 4 : 4 * 0.98 ** (n - 60)), agreement: 0.25 }, /is 0\.\d* times/],
    ['one that is far from it yet', { dwell: (n) => 60 - 0.01 * n }, /is 14\.\d* times/],
    ['a rate that is too small', { update: 1e-6 }, /its tower hardly moves: 1e-6 of its weights/],
    ['one whose half batches agree', { agreement: 0.7 }, /agree by 70 %: there is something to learn/],
    ['training where nothing learns', { click: () => 1 + 0.05 * noise() }, /neither does any other task/],
    ['a short run', { steps: 60 }, /It takes 100 steps/],
    [
      'a task that does not reach the shared layers',
      {
        graph: {
          ...graph,
          paths: graph.paths.map((path) =>
            path.task === 'dwell' && path.group === 'shared(click+dwell)' ? { ...path, state: 'cut' } : path,
          ),
        },
      },
      /its gradient does not reach the shared layers/,
    ],
  ])('%s', (_, change, because) => {
    const verdict = said(noSignal, train(change));
    expect(verdict[0]).toMatch(/^silent/);
    // Of click nothing is known; what is told is of dwell.
    expect(verdict[0]).toMatch(because);
  });
});
