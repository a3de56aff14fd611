import { describe, expect, it } from 'vitest';
import type { MarkedRange } from '../markers.ts';
import type { FoundFinding, Outcome } from './outcome.ts';
import { advises, raisesAlarm, score, scoreBaseline } from './score.ts';
import { rate, spread } from './figures.ts';
import type { Expected, Variant } from './variant.ts';

const range: MarkedRange = { id: 'detach', start: { line: 7, column: 12 }, end: { line: 7, column: 24 } };
const expected: Expected = { exact: true, rules: ['detach'], tasks: ['rent'], ranges: [range], names: [] };
const there = { line: 7, column: 12, endLine: 7, endColumn: 24 };

const finding = (rest: Partial<FoundFinding> = {}): FoundFinding => ({
  rule: 'detach',
  severity: 'warning',
  isRoot: true,
  tasks: ['rent'],
  groups: ['shared(price+rent)'],
  position: { file: 'train.mjs', line: 7, column: 14 },
  range: there,
  since: 3,
  message: 'rent is cut from shared.',
  changes: [],
  ...rest,
});

const outcome = (findings: readonly FoundFinding[]): Outcome => ({
  variant: 'detach.regressions.fit',
  seed: 1,
  trained: '',
  judged: '',
  state: 'finished',
  reason: '',
  steps: 400,
  fell: {},
  findings,
  baselines: {
    sageMaker: [{ symptom: 'overfit', step: 9 }],
    autoTrainer: [],
    deepDiagnosis: [{ symptom: 'allZero', step: 1 }],
  },
});

const scored = (...findings: readonly FoundFinding[]) => score(outcome(findings), expected);

describe('a score', () => {
  it('of a healthy run is a miss for a fault', () => {
    expect(scored()).toEqual({
      detected: false,
      firstRight: false,
      localised: false,
      exactly: false,
      alarm: false,
      since: null,
    });
  });

  it('of the right finding is full', () => {
    expect(scored(finding())).toEqual({
      detected: true,
      firstRight: true,
      localised: true,
      exactly: true,
      alarm: true,
      since: 3,
    });
  });

  it('of another rule at the very same place is a miss', () => {
    expect(scored(finding({ rule: 'variable' }))).toMatchObject({
      detected: false,
      firstRight: false,
      localised: false,
      alarm: true,
    });
  });

  it('of the right finding behind another is detected, no more', () => {
    expect(scored(finding({ rule: 'symmetry' }), finding())).toMatchObject({
      detected: true,
      firstRight: false,
      localised: false,
    });
  });

  it.each([
    ['another line', { range: { ...there, line: 9, endLine: 9 } }],
    ['no place at all', { range: null, position: null }],
    ['another task', { tasks: ['price'] }],
  ])('of the right rule with %s is not localised', (_, rest) => {
    expect(scored(finding(rest))).toMatchObject({ detected: true, firstRight: true, localised: false, exactly: false });
  });

  it('of a range that is wider is localised, and not exactly', () => {
    expect(scored(finding({ range: { ...there, endColumn: 30 } }))).toMatchObject({ localised: true, exactly: false });
  });

  it('takes the name of the layer for a place', () => {
    const named = { ...expected, names: ['trunk'] };
    const elsewhere = { range: null, position: null };
    expect(score(outcome([finding({ ...elsewhere, message: 'trunk is cut.' })]), named).localised).toBe(true);
    expect(score(outcome([finding({ ...elsewhere, message: 'trunk2 is cut.' })]), named).localised).toBe(false);
  });

  it('of information is no alarm', () => {
    expect(raisesAlarm([finding({ severity: 'information' })])).toBe(false);
    expect(raisesAlarm([finding({ severity: 'information' }), finding({ severity: 'error' })])).toBe(true);
  });
});

describe('advice and baselines', () => {
  const variant = (kind: string): Variant => ({
    id: kind,
    kind,
    about: '',
    base: 'mixed',
    style: 'fit',
    script: '',
    expected,
  });
  const advised = (factor: number) =>
    outcome([finding({ changes: [{ of: 'learningRate', group: null, factor, value: null }] })]);

  it('is right within a factor of three, where there is one', () => {
    expect(advises(variant('rateTimes100'), advised(0.028))).toBe(true);
    expect(advises(variant('rateTimes100'), advised(0.032))).toBe(false);
    expect(advises(variant('rateOver1000'), advised(400))).toBe(true);
    expect(advises(variant('detach'), advised(1))).toBeNull();
  });

  it('fire, and are right where their symptom leads to the fault', () => {
    expect(scoreBaseline(variant('detach'), outcome([]), 'sageMaker')).toEqual({
      detected: true,
      firstRight: false,
      since: 9,
    });
    expect(scoreBaseline(variant('detach'), outcome([]), 'deepDiagnosis')).toMatchObject({ firstRight: true });
    expect(scoreBaseline(variant('detach'), outcome([]), 'autoTrainer')).toEqual({
      detected: false,
      firstRight: false,
      since: null,
    });
  });

  it('are printed with their counts', () => {
    expect(rate([...Array<boolean>(81).fill(true), ...Array<boolean>(182).fill(false)])).toBe(
      '30.8 % (81/263; 25.5 to 36.6)',
    );
    expect(rate([])).toBe('–');
    expect(spread([5, null, 1, 3, 100])).toBe('3 / 100 (n = 4)');
  });
});
