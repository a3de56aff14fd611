import { describe, expect, it } from 'vitest';
import { end, graph, window } from '../../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import type { FactDetails } from '../../../run/facts/factLine.ts';
import type { RecordLine } from '../../../run/record.ts';
import { coldStart } from './coldStart.ts';

const known = { rows: 64, values: 64, nonFinite: 0, whole: false, distinct: null } as const;
const labels = (details: Partial<FactDetails['labels']>): RecordLine =>
  fact('labels', { ...known, min: -3, max: 3, mean: 0, variance: 1, ...details } as FactDetails['labels'], {
    task: 'dwell',
  });
const form = (of: 'squaredError' | 'absoluteError' | 'crossEntropy'): RecordLine =>
  fact('lossForm', { form: of }, { task: 'dwell' });
const classes = (count: number): RecordLine =>
  fact('classIds', { classes: count, outside: 0, values: 64, worst: 0 } as FactDetails['classIds'], { task: 'dwell' });
/** Dwell's losses at steps 1, 2, … */
const losing = (...losses: readonly number[]): RecordLine[] =>
  losses.map((loss, i) =>
    window(i + 1, i + 1, {
      loss: [
        { raw: 0.1, weight: 1, weighted: 0.1 },
        { raw: loss, weight: 1, weighted: loss },
      ],
    }),
  );
const told = (...lines: readonly RecordLine[]): string => said(coldStart, viewOf(graph, ...lines, end))[0]!;

describe('a task that starts', () => {
  it('far above the variance of labels whose mean is far from 0 should have them standardised', () => {
    const view = viewOf(
      graph,
      form('squaredError'),
      labels({ mean: 50, variance: 25 }),
      ...losing(2600, 600, 40, 20),
      end,
    );
    expect(said(coldStart, view)).toEqual([
      'information: dwell starts at a loss of 2600; predicting the mean of its labels costs 25. It came near that at step 3.',
    ]);
    const [finding] = coldStart.judge(view).findings;
    expect(finding).toMatchObject({
      tasks: ['dwell'],
      position: at(32),
      expression: { of: 'target', task: 'dwell' },
      since: 1,
      evidence: [{ value: 104, unit: '×' }, { value: 25 }],
      advice: [{ id: 'standardise', change: { of: 'target', task: 'dwell', mean: 50, deviation: 5 } }],
    });
  });

  it('far above it with labels about 0 predicts too much', () => {
    const view = viewOf(graph, form('squaredError'), labels({ mean: 0.1, variance: 1 }), ...losing(30, 1), end);
    expect(said(coldStart, view)[0]).toMatch(/It came near that at step 2\.$/);
    expect(coldStart.judge(view).findings[0]).toMatchObject({ expression: null, advice: [{ id: 'smaller' }] });
  });

  it('sure of its class, of several or of two', () => {
    expect(told(form('crossEntropy'), classes(10), ...losing(9, 2))).toMatch(
      /^information: dwell starts at a loss of 9; giving each of 10 classes the same chance costs 2\.303\./,
    );
    const binary = labels({ whole: true, min: 0, max: 1, mean: 0.1, distinct: 2 });
    expect(told(form('crossEntropy'), binary, ...losing(1.5, 0.5))).toMatch(
      /each of 2 classes the same chance costs 0\.6931/,
    );
    const coded = labels({ whole: true, min: 0, max: 1, mean: 0.25, distinct: 2, values: 256 });
    expect(told(form('crossEntropy'), coded, ...losing(4, 1))).toMatch(
      /each of 4 classes the same chance costs 1\.386/,
    );
  });

  it('far above it, and never near it, is told of fit: in a loop the loss may be multiplied by a number', () => {
    const lines = [form('squaredError'), labels({ variance: 1 }), ...losing(30, 20), end];
    const loop = { ...graph, terms: graph.terms.map((term) => ({ ...term, from: 'tape' as const })) };
    expect(said(coldStart, viewOf(loop, ...lines))[0]).toMatch(/^silent/);
    expect(said(coldStart, viewOf(graph, ...lines))[0]).toMatch(/It has not come near that yet\.$/);
  });

  it('near what one that knows nothing loses, or below, starts well', () => {
    expect(told(form('squaredError'), labels({ variance: 4 }), ...losing(7.9))).toBe(
      'silent: No task starts at more than 2 times the loss of one that knows nothing; the largest ratio is 1.975.',
    );
    expect(told(form('squaredError'), labels({ variance: 4 }), ...losing(0.01))).toMatch(/^silent/);
    expect(told(form('crossEntropy'), classes(3), ...losing(2.1))).toMatch(/^silent/);
  });
});

describe('it is not known what a task should lose', () => {
  const nothing = 'silent: Of no task is it known what it should lose before it was trained.';
  const far = losing(1e6);
  it.each<readonly [string, readonly RecordLine[]]>([
    ['without the form of its loss', [labels({})]],
    ['without its labels', [form('squaredError')]],
    ['of another form', [form('absoluteError'), labels({})]],
    ['of labels that are all the same', [form('squaredError'), labels({ variance: 0 })]],
    ['of a cross-entropy with labels that are no classes', [form('crossEntropy'), labels({ max: 0.7 })]],
    ['of labels with a number that is not finite', [form('squaredError'), labels({ nonFinite: 1 })]],
    [
      'where some rows have no label',
      [
        form('squaredError'),
        labels({}),
        fact('taughtRows', { rows: 100, taught: 60 } as FactDetails['taughtRows'], { task: 'dwell' }),
      ],
    ],
  ])('%s', (_, lines) => {
    expect(told(...lines, ...far)).toBe(nothing);
  });
});
