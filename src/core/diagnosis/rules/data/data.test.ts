import { describe, expect, it } from 'vitest';
import { end, graph, nonFinite, term } from '../../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import type { FactDetails } from '../../../run/facts/factLine.ts';
import { broadcastLoss } from './broadcastLoss.ts';
import { classId } from './classId.ts';
import { doubleActivation } from './doubleActivation.ts';
import { labelLeakage } from './labelLeakage.ts';
import { constantLabels, nonFiniteLabels } from './labels.ts';
import { lossRanks } from './lossRanks.ts';
import { sparseLabels } from './sparseLabels.ts';

const about = { objective: 'fit', task: 'dwell', position: at(40), step: 4 };
/** The same run, by a loop of its own. */
const loop = { ...graph, objectives: [{ ...graph.objectives[0]!, via: 'minimize' as const }] };

const labels: FactDetails['labels'] = {
  rows: 320,
  values: 320,
  nonFinite: 0,
  min: 0.5,
  max: 9,
  mean: 4,
  variance: 6,
  whole: false,
  distinct: null,
  sameRows: false,
  mode: 2,
  modeShare: 0.02,
  argument: null,
};

describe('broadcastLoss', () => {
  const details = { op: 'Sub', prediction: [32, 1], target: [32], result: [32, 32] };

  it('is an error at the operation, told once for batches of several lengths', () => {
    const short = { op: 'Sub', prediction: [8, 1], target: [8], result: [8, 8] };
    const view = viewOf(graph, fact('broadcast', details, about), fact('broadcast', short, { ...about, step: 9 }), end);
    expect(said(broadcastLoss, view)).toEqual([
      'error: The loss of dwell compares a prediction of shape [32, 1] with a target of shape [32]: both are stretched to ' +
        '[32, 32]. Every row is compared with the targets of all 32 rows.',
    ]);
    expect(broadcastLoss.judge(view).findings[0]).toMatchObject({
      position: at(40),
      tasks: ['dwell'],
      since: 4,
      evidence: [{ value: 32, unit: '×' }],
    });
    expect(said(broadcastLoss, viewOf(graph, end))[0]).toMatch(/^silent: In no loss/);
  });
});

describe('classId', () => {
  const details = { classes: 3, outside: 2, values: 64, worst: 7, masked: false, argument: null };

  it('is an error at the target', () => {
    const view = viewOf(graph, fact('classIds', { ...details, outside: 0 }), fact('classIds', details, about), end);
    expect(said(classId, view)[0]).toMatch(
      /^error: 2 of 64 labels of dwell name a class that is not there, such as 7: classes are 0 to 2\. tfjs says nothing/,
    );
    expect(classId.judge(view).findings[0]).toMatchObject({
      expression: { of: 'target', task: 'dwell' },
      evidence: [{ value: 3.125, unit: '%', steps: { from: 4, to: 4 } }],
      since: 4,
    });
  });

  it('says what is known where rows came coded, and which argument it is in a loop', () => {
    const coded = fact('classIds', { ...details, worst: 'NaN', argument: 0 }, about);
    expect(said(classId, viewOf(loop, coded, end))[0]).toMatch(/^error: 2 of 64 one-hot rows of dwell are all zeros/);
    expect(classId.judge(viewOf(loop, coded, end)).findings[0]!.expression).toEqual({ of: 'argument', index: 0 });
  });

  it('is silent behind a mask, where all are inside, and where there are none', () => {
    const of = (change: Partial<typeof details>) =>
      said(classId, viewOf(graph, fact('classIds', { ...details, ...change }, about), end))[0];
    expect(of({ masked: true })).toMatch(/^silent: Some class ids name no class, and the loss has a mask/);
    expect(of({ outside: 0 })).toBe('silent: All 64 class ids that were looked at name a class.');
    expect(said(classId, viewOf(graph, end))[0]).toMatch(/^silent: No loss turns/);
  });
});

describe('nonFiniteLabels', () => {
  const broken = fact('labels', { ...labels, nonFinite: 3 }, about);

  it('is an error where the loss is not finite either', () => {
    const view = viewOf(
      graph,
      fact('labels', labels, { ...about, step: 1 }),
      broken,
      { ...nonFinite, task: 'dwell' },
      end,
    );
    expect(said(nonFiniteLabels, view)).toEqual([
      'error: 3 of 320 target values of dwell are NaN or infinite, first at step 4. The loss is not finite, and neither is ' +
        'any weight that it moves.',
    ]);
    expect(nonFiniteLabels.judge(view).findings[0]).toMatchObject({
      expression: { of: 'target', task: 'dwell' },
      since: 4,
    });
  });

  it('is silent where another task broke, where a mask keeps the loss finite, and where all are finite', () => {
    expect(said(nonFiniteLabels, viewOf(graph, broken, { ...nonFinite, task: 'click' }, end))[0]).toMatch(
      /^silent: Some targets are not finite, and losses and gradients are/,
    );
    expect(said(nonFiniteLabels, viewOf(graph, fact('labels', labels, about), end))[0]).toBe(
      'silent: All 320 target values that were looked at are finite.',
    );
  });
});

describe('constantLabels', () => {
  const constant = { ...labels, min: 2, max: 2, mean: 2, variance: 0, distinct: 1, sameRows: true, modeShare: 1 };
  const of = (details: FactDetails['labels'], lines = graph) =>
    said(constantLabels, viewOf(lines, fact('labels', details, about), end))[0];

  it('is a warning once enough rows are the same', () => {
    expect(of(constant)).toMatch(
      /^warning: All 320 targets of dwell that were looked at are 2\. Its head can learn that/,
    );
    expect(of({ ...constant, min: 0, max: 1 })).toMatch(
      /^warning: All 320 target rows of dwell that were looked at are the/,
    );
    expect(of({ ...constant, rows: 199 })).toBe('silent: No task has shown 200 rows of targets yet.');
    expect(of(labels)).toBe('silent: The targets of every task differ from row to row.');
  });

  it('is silent at 0 or 1 where there are several objectives, as in a GAN, and for a term without a tower', () => {
    const [objective] = graph.objectives;
    const several = { ...graph, objectives: [objective!, { ...objective!, id: 'o2' }] };
    expect(of({ ...constant, min: 1, max: 1 }, several)).toMatch(/^silent: Several objectives/);
    expect(of({ ...constant, min: 1, max: 1 })).toMatch(/^warning/);
    expect(of(constant, several)).toMatch(/^warning/);
    expect(of(constant, { ...graph, groups: graph.groups.filter(({ kind }) => kind === 'shared') })).toMatch(
      /^silent: The targets/,
    );
  });
});

describe('labelLeakage', () => {
  const details = { input: 0, column: 4, columns: 5, correlation: -1, rows: 64 };
  const of = (change: Partial<typeof details>) =>
    said(labelLeakage, viewOf(graph, fact('labelAmongInputs', { ...details, ...change }, about), end))[0];

  it('is a warning from 50 rows on, where the inputs have other columns too', () => {
    expect(of({})).toMatch(
      /^warning: Column 4 of input 0 tells the target of dwell: their correlation is -1 over 64 rows\./,
    );
    expect(of({ rows: 49 })).toMatch(/^silent/);
    expect(of({ columns: 1, column: 0 })).toMatch(/^silent/);
    expect(of({ correlation: 0.998 })).toBe(
      'silent: The column that goes with a target best has a correlation of 0.998; 0.999 over 50 rows would be a leak.',
    );
    expect(said(labelLeakage, viewOf(graph, end))[0]).toMatch(/^silent: No column/);
  });

  it('is none of a few rows that come again and again, unless they are class ids', () => {
    const judged = (more: Partial<FactDetails['labels']>): string =>
      said(
        labelLeakage,
        viewOf(
          graph,
          fact('labels', { ...labels, distinct: 2, ...more }, about),
          fact('labelAmongInputs', details, about),
          end,
        ),
      )[0]!;
    expect(judged({})).toMatch(/^silent/);
    expect(judged({ whole: true })).toMatch(/^warning/);
    expect(judged({ distinct: 10 })).toMatch(/^warning/);
  });

  it('means the inputs of fit', () => {
    const view = viewOf(graph, fact('labelAmongInputs', details, about), end);
    expect(labelLeakage.judge(view).findings[0]).toMatchObject({
      expression: { of: 'argument', index: 0 },
      tasks: ['dwell'],
    });
    const loop = { ...graph, objectives: graph.objectives.map((each) => ({ ...each, via: 'minimize' as const })) };
    const own = viewOf(loop, fact('labelAmongInputs', details, about), end);
    expect(labelLeakage.judge(own).findings[0]?.expression).toEqual({ of: 'input' });
  });
});

describe('sparseLabels', () => {
  const taught = (task: string, share: number, weight: number, rows = 400) =>
    fact('taughtRows', { rows, taught: share * rows, weight }, { ...about, task, position: at(40, 7) });
  const of = (...lines: ReturnType<typeof fact>[]) => said(sparseLabels, viewOf(graph, ...lines, end))[0];

  it('is a warning where the mean is over all rows', () => {
    expect(of(taught('click', 1, 1), taught('dwell', 0.02, 1))).toBe(
      'warning: 2 % of the rows teach dwell; another task is taught by 100 %. Its loss is averaged over all rows, those without ' +
        'a label too: it counts 50 times less than one over the labelled.',
    );
    const labelled = fact('labels', labels, about);
    const view = viewOf(graph, labelled, taught('click', 1, 1), taught('dwell', 0.02, 1), end);
    expect(sparseLabels.judge(view).findings[0]).toMatchObject({
      expression: { of: 'loss', task: 'dwell' },
      evidence: [{ value: 2, unit: '%' }, { value: 400 }],
    });
  });

  it('is information where it is over the labelled rows', () => {
    expect(of(taught('click', 1, 1), taught('dwell', 0.02, 50))).toMatch(/^information: 2 % of the rows teach dwell/);
  });

  it('is silent where many rows teach, all tasks are alike, or few rows were seen', () => {
    expect(of(taught('click', 1, 1), taught('dwell', 0.5, 1))).toBe(
      'silent: Of the rows of a batch, 50 % at least teach each task; below 10 % would be few.',
    );
    expect(of(taught('click', 0.05, 1), taught('dwell', 0.02, 1))).toMatch(/^silent/);
    expect(of(taught('click', 1, 1, 50), taught('dwell', 0.02, 1, 50))).toMatch(/^silent: No task has shown 100 rows/);
  });

  it('is a warning where a number that stands for a missing label is learned', () => {
    const filled = { ...labels, distinct: 7, mode: -9, modeShare: 0.98 };
    expect(of(taught('click', 1, 1), taught('dwell', 1, 1), fact('labels', filled, about))).toBe(
      'warning: 98 % of the targets of dwell are -9, and 100 % of the rows teach it: what stands for a missing label is ' +
        'learned as one.',
    );
    expect(of(taught('dwell', 1, 1), fact('labels', { ...filled, whole: true }, about))).toMatch(/^silent/);
    expect(of(taught('dwell', 0.02, 50), fact('labels', filled, about))).toMatch(/^silent/);
  });
});

describe('doubleActivation', () => {
  it('is an error at the loss, with the layer beside it', () => {
    const details = { activation: 'softmax', loss: 'softmaxCrossEntropy' };
    const made = fact(
      'layerMade',
      { kind: 'Dense', activation: 'softmax', model: null },
      { layer: 'kind', position: at(12) },
    );
    const view = viewOf(graph, made, fact('doubleActivation', details, { ...about, layer: 'kind' }), end);
    expect(said(doubleActivation, view)[0]).toMatch(
      /^error: The loss of dwell takes probabilities for logits: softmaxCrossEntropy is applied to what the softmax of layer kind/,
    );
    expect(doubleActivation.judge(view).findings[0]).toMatchObject({
      position: at(40),
      related: [{ position: at(12) }],
    });
    expect(said(doubleActivation, viewOf(graph, end))[0]).toMatch(/^silent/);
  });
});

describe('lossRanks', () => {
  it('is an error of fit, whether it trained or not', () => {
    const details = { tasks: ['click', 'dwell'], shapes: ['[16]', '[16, 8]'] };
    const of = (step: number) =>
      viewOf(
        { ...graph, terms: [term('click', 1), term('dwell', 2)] },
        fact('lossRanks', details, { position: at(40), step }),
        end,
      );
    expect(said(lossRanks, of(1))[0]).toMatch(
      /^error: The losses of the heads differ in rank \(click: \[16\], dwell: \[16, 8\]\), and fit adds them/,
    );
    expect(lossRanks.judge(of(1)).findings[0]).toMatchObject({
      tasks: ['click', 'dwell'],
      expression: { of: 'loss', task: 'dwell' },
    });
    expect(said(lossRanks, viewOf(graph, end))[0]).toMatch(/^silent/);
  });
});
