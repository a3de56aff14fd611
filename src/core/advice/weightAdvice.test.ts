import { describe, expect, it } from 'vitest';
import { inEnglish } from '../diagnosis/sentence.ts';
import { weightAdvice, type ScaledTask, type ScaleSituation } from './weightAdvice.ts';

const task = (name: string, change: Partial<ScaledTask> = {}): ScaledTask => ({
  task: name,
  name,
  weight: 1,
  start: 1,
  recent: 0.5,
  targets: { mean: 0, deviation: 1 },
  variance: 1,
  ...change,
});
const adam = { name: 'Adam', learningRate: 1e-3 };
const situation = (change: Partial<ScaleSituation> = {}): ScaleSituation => ({
  small: task('a'),
  // Labels of b × 100.
  large: task('b', { start: 1e4, recent: 5e3, targets: { mean: 20, deviation: 100 }, variance: 1e4 }),
  gap: 100,
  optimizer: adam,
  tower: { id: 'tower(b)', label: 'b tower' },
  ...change,
});
const ids = (change?: Partial<ScaleSituation>): string[] => weightAdvice(situation(change)).map(({ id }) => id);
const of = (id: string, change?: Partial<ScaleSituation>) =>
  weightAdvice(situation(change)).find((each) => each.id === id)!;
const factorOf = (id: string, change: Partial<ScaleSituation>): number => {
  const made = of(id, change).change;
  return made?.of === 'weight' && made.task === 'b' ? made.factor : NaN;
};

describe('a gap that the scale of the targets makes', () => {
  it('is taken out of the targets, then by 1 / variance; balanced gradients come last', () => {
    expect(ids()).toEqual(['standardise', 'weight', 'uncertainty', 'gradientNorms']);
    expect(of('standardise').change).toEqual({ of: 'target', task: 'b', mean: 20, deviation: 100 });
    expect(inEnglish(...of('standardise').text)).toBe(
      'Standardise the target of b: (y − 20) / 100, its mean and its standard deviation. Undo it where predictions are used: p · 100 + 20.',
    );
    expect(of('weight').change).toEqual({ of: 'weight', task: 'b', factor: 1e-4 });
    expect(inEnglish(...of('weight').text)).toBe(
      'Weight the loss of b with 1e-4. It is the ratio of the targets’ variances: both losses then count in units of their own spread.',
    );
    expect(inEnglish(...of('uncertainty').text)).toContain('weight b 1e-4 times as much as a');
    expect(of('gradientNorms').change).toEqual({ of: 'weight', task: 'b', factor: 0.01 });
  });

  it('present weights are part of it: the factor is of the weight of now', () => {
    const large = { ...situation().large, weight: 0.1 };
    expect(factorOf('weight', { large })).toBeCloseTo(1e-3, 12);
    expect(inEnglish(...of('weight', { large }).text)).toContain('with 1e-4');
  });

  it('of small targets standardises those', () => {
    const small = task('a', { start: 1e-4, recent: 1e-4, targets: { mean: 0, deviation: 0.01 }, variance: 1e-4 });
    const large = task('b');
    expect(of('standardise', { small, large }).change).toMatchObject({ task: 'a', deviation: 0.01 });
    expect(factorOf('weight', { small, large })).toBeCloseTo(1e-4, 12);
  });

  it('without figures of the targets goes by the losses at the start', () => {
    const large = task('b', { start: 1.2e4, recent: 5e3, targets: null, variance: null });
    expect(ids({ large })).toEqual(['standardise', 'weight', 'uncertainty', 'gradientNorms']);
    expect(of('standardise', { large }).change).toBeNull();
    expect(factorOf('weight', { large })).toBeCloseTo(1 / 1.2e4, 12);
    expect(inEnglish(...of('weight', { large }).text)).toContain('ratio of the losses at the start');
  });

  it('that a weight makes is taken out of the weight', () => {
    const large = task('b', { weight: 100, targets: null, variance: null });
    expect(ids({ large })).toEqual(['weight', 'uncertainty', 'gradientNorms']);
    expect(inEnglish(...of('weight', { large }).text)).toMatch(/^Weight the loss of b with 1\./);
  });
});

it('under SGD a weight comes with the rate of the tower, times 1 / weight', () => {
  const optimizer = { name: 'SGD', learningRate: 0.01 };
  expect(ids({ optimizer })).toEqual(['standardise', 'weight', 'towerRate', 'uncertainty', 'gradientNorms']);
  expect(of('towerRate', { optimizer }).change).toEqual({
    of: 'learningRate',
    group: 'tower(b)',
    factor: 1e4,
    value: 100,
  });
  expect(inEnglish(...of('weight', { optimizer }).text)).toContain('Under SGD a weight is also the rate of b tower');
  expect(inEnglish(...of('weight').text)).not.toContain('rate');
});

it('where the losses have one scale and the gradients have not, the norms decide', () => {
  const large = task('b', { start: 1.5, recent: 0.5 });
  expect(ids({ large, gap: 40 })).toEqual(['gradientNorms', 'uncertainty']);
  expect(of('gradientNorms', { large, gap: 40 }).change).toEqual({ of: 'weight', task: 'b', factor: 1 / 40 });
});
