import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { diagnose, type Diagnosis } from '../../src/core/diagnosis/diagnose.ts';
import { Run } from '../../src/core/run/run.ts';
import { watchEachTest } from '../observe/inProcess.ts';
import { trainTwoRegressions, type TwoRegressions } from './twoRegressions.ts';

const watched = watchEachTest();

async function diagnosisOf(training: TwoRegressions): Promise<Diagnosis> {
  await trainTwoRegressions(training);
  const run = new Run();
  watched.lines.forEach((line) => run.add(line));
  return diagnose(run);
}

/** Of tasks a and b, in this order: those of fit have their outputs' names, those of a loop are called by their losses. */
const names = { fit: ['head_a', 'head_b'], loop: ['loss 1', 'loss 2'] } as const;

describe.each(['fit', 'loop'] as const)('labels of b × 100, in a %s', (style) => {
  const [a, b] = names[style];

  it('under SGD: a warning of b’s scale is first, and that a starves is told under it', async () => {
    const optimizer = () => tf.train.sgd(2e-4);
    const { findings } = await diagnosisOf({ style, optimizer, steps: 320, scale: { b: 100 } });
    const [first] = findings;
    expect(first).toMatchObject({ id: `lossScale:${b}`, severity: 'warning', root: null, tasks: [b, a] });
    expect(findings.find(({ id }) => id === `starvingTask:${a}`)).toMatchObject({ root: `lossScale:${b}` });
    const advice = first!.advice.map(({ id, change }) => [id, change] as const);
    expect(advice.map(([id]) => id)).toEqual(['standardise', 'weight', 'towerRate', 'uncertainty', 'gradientNorms']);
    const [, weight, rate] = advice.map(([, change]) => (change !== null && 'factor' in change ? change.factor : NaN));
    expect(weight).toBeGreaterThan(0.5e-4);
    expect(weight).toBeLessThan(2e-4);
    expect(weight! * rate!).toBeCloseTo(1, 10);
  });

  it('under Adam, where a may fall surely but slowly: b’s scale is first, whatever its severity', async () => {
    const optimizer = () => tf.train.adam(3e-3);
    const { findings } = await diagnosisOf({ style, optimizer, steps: 320, scale: { b: 100 } });
    expect(findings[0]).toMatchObject({ id: `lossScale:${b}`, root: null });
    expect(findings.filter(({ root }) => root === null)).toHaveLength(1);
    expect(findings[0]!.advice.map(({ id }) => id)).toEqual(['standardise', 'weight', 'uncertainty', 'gradientNorms']);
  });
});

describe('silent above information', () => {
  it.each<[string, Partial<TwoRegressions>]>([
    ['a scale of 100 : 1 under Adam that trains well', { style: 'loop', weightOfB: 100 }],
    ['a scale of 30 : 1 on labels that are half noise', { style: 'loop', weightOfB: 30, noise: 1 }],
    ['an easy task that is learned before the other', { easyB: true, steps: 640 }],
    ['two tasks of one scale', {}],
    ['a small rate that suffices', { optimizer: () => tf.train.sgd(2e-3), steps: 640 }],
  ])('%s', async (_, change) => {
    const optimizer = () => tf.train.adam(3e-3);
    const { findings } = await diagnosisOf({ style: 'fit', optimizer, steps: 320, ...change });
    expect(findings.filter(({ severity }) => severity !== 'information')).toEqual([]);
  });
});

describe('the sign of b’s loss turned', () => {
  it.each([
    ['SGD', () => tf.train.sgd(3e-3)],
    ['Adam', () => tf.train.adam(3e-3)],
  ])('under %s: b rises, and is subtracted', async (_, optimizer) => {
    const { findings } = await diagnosisOf({ style: 'loop', optimizer, steps: 200, weightOfB: -1 });
    const rising = findings.filter(({ rule }) => rule === 'risingLoss');
    expect(rising.map(({ id, severity }) => `${severity} ${id}`)).toEqual(['warning risingLoss:loss 2']);
    expect(rising[0]!.advice.map(({ id }) => id)).toEqual(['sign']);
  });
});
