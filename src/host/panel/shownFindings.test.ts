import { afterEach, describe, expect, it } from 'vitest';
import { healthy } from '../../../test/sampleRecord.ts';
import type { Finding } from '../../core/diagnosis/finding.ts';
import { say } from '../../core/diagnosis/sentence.ts';
import { Run } from '../../core/run/run.ts';
import { shownFindingsShape } from '../../protocol/shownFindingShapes.ts';
import { translateWith } from '../text.ts';
import { shownFindings } from './shownFindings.ts';

const run = new Run();
healthy.forEach((line) => run.add(line));

const found: Finding = {
  id: 'rateTooHigh:shared',
  rule: 'rateTooHigh',
  place: 'shared',
  severity: 'error',
  root: null,
  tasks: ['dwell'],
  groups: [],
  position: null,
  expression: null,
  message: [say('{0} swings.', 'dwell')],
  evidence: [],
  why: [say('It is too fast.')],
  advice: [{ id: 'rate', text: [say('Take {0}.', 0.1), say('Or less.')], change: null, state: 'untried' }],
  source: 'measured',
  related: [],
  since: 3,
};
const withPoints = (values: readonly number[]): Finding => ({
  ...found,
  evidence: [
    {
      name: 'loss',
      value: 'NaN',
      unit: '',
      interval: null,
      steps: null,
      series: [{ name: 'dwell', points: values.map((value, i) => ({ step: i + 1, value })) }],
    },
  ],
});
const pointsOf = (values: readonly number[]): readonly unknown[] =>
  shownFindings({ findings: [withPoints(values)], silent: [] }, run, 0).findings[0]?.evidence[0]?.series[0]?.points ??
  [];

afterEach(() => translateWith((message, ...args) => message.replace(/\{(\d+)\}/g, (_, i) => String(args[Number(i)]))));

describe('what a page gets of a finding', () => {
  it('is in the language of the user, and leads to the loss of its task where no place is known', () => {
    translateWith((message, ...args) => `«${message}» ${args.join()}`.trim());
    const shown = shownFindings({ findings: [found], silent: [{ rule: 'zero', because: say('No.') }] }, run, 2);
    expect(shownFindingsShape(shown)).toBeNull();
    expect(shown).toMatchObject({
      ignored: 2,
      silent: [{ rule: 'zero', because: '«No.»' }],
      findings: [
        {
          message: ['«{0} swings.» dwell'],
          why: ['«It is too fast.»'],
          advice: [{ id: 'rate', text: '«Take {0}.» 0.1 «Or less.»', state: 'untried' }],
          place: { file: 'feed.ts', line: 32, column: 3 },
        },
      ],
    });
  });

  it('survives JSON, with what is not finite', () => {
    const points = pointsOf([1, NaN, Infinity]);
    expect(JSON.parse(JSON.stringify(points))).toEqual([
      { step: 1, value: 1 },
      { step: 2, value: 'NaN' },
      { step: 3, value: 'Infinity' },
    ]);
  });

  it('has at most 400 points of a line, its ends and its outliers among them', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => Math.sin(i));
    [values[777], values[7_777]] = [99, -99];
    const points = pointsOf(values) as { step: number; value: number }[];
    expect(points.length).toBeLessThanOrEqual(400);
    expect(points.map(({ step }) => step)).toEqual(points.map(({ step }) => step).sort((a, b) => a - b));
    expect([points[0]?.step, points.at(-1)?.step]).toEqual([1, 10_000]);
    expect(points).toContainEqual({ step: 778, value: 99 });
    expect(points).toContainEqual({ step: 7_778, value: -99 });
  });
});
