import { describe, expect, it } from 'vitest';
import { graph, header } from '../../../test/sampleRecord.ts';
import type { RecordLine, WindowLine } from '../run/record.ts';
import { Run } from '../run/run.ts';
import { diagnose } from './diagnose.ts';
import type { RuleFinding } from './finding.ts';
import { verdict, type Rule } from './rule.ts';
import { inEnglish, say } from './sentence.ts';

const window = (step: number, total: number): WindowLine => ({
  type: 'window',
  objective: 'fit',
  from: step,
  step,
  steps: 1,
  time: step,
  epoch: 1,
  overhead: null,
  total,
  loss: [total / 2, total / 2].map((raw) => ({ raw, weight: 1, weighted: raw })),
  boundary: null,
});

const found = (place: string, change: Partial<RuleFinding> = {}): RuleFinding => ({
  place,
  severity: 'warning',
  tasks: ['click'],
  groups: [],
  position: null,
  expression: null,
  message: [say('{0} fell.', place)],
  evidence: [],
  why: [],
  advice: [],
  source: 'none',
  related: [],
  since: null,
  ...change,
});

/** A run whose total is its step. */
function runOf(steps: number): Run {
  const run = new Run();
  const lines: RecordLine[] = [header, graph];
  for (let step = 1; step <= steps; step++) {
    lines.push(window(step, step));
  }
  lines.forEach((line) => run.add(line));
  return run;
}

const rule = (id: Rule['id'], judge: Rule['judge']): Rule => ({ id, exact: false, judge });

describe('a diagnosis', () => {
  it('tells since when a finding holds, to the next step that was looked at', () => {
    const late = rule('lossScale', (view) => {
      const last = view.lossSeries('click', 'raw').at(-1)?.value ?? 0;
      return verdict(last >= 50 ? [found('click')] : [], say('Not yet.'));
    });
    const { findings } = diagnose(runOf(400), [], [late]);
    expect(findings).toHaveLength(1);
    // The loss is half of the step: it holds from step 100 on; looked at were steps a quarter apart.
    expect(findings[0]?.since).toBeGreaterThanOrEqual(100);
    expect(findings[0]?.since).toBeLessThanOrEqual(125);
  });

  it('keeps since when, where it is known', () => {
    const always = rule('lossScale', () => verdict([found('click')], say('')));
    const [first] = diagnose(runOf(10), [], [always]).findings;
    expect(first?.since).toBe(1);
    expect(diagnose(runOf(400), first === undefined ? [] : [{ ...first, since: 7 }], [always]).findings[0]?.since).toBe(
      7,
    );
  });

  it('puts roots first by severity and causal order, each with what it explains', () => {
    const rules = [
      rule('stalledTask', () => verdict([found('click')], say(''))),
      rule('lossScale', () => verdict([found('click', { severity: 'information' })], say(''))),
      rule('classId', () => verdict([found('dwell', { severity: 'error', tasks: ['dwell'] })], say(''))),
      rule('nonFinite', () => verdict([found('run', { severity: 'error', tasks: [] })], say(''))),
    ];
    const { findings } = diagnose(runOf(5), [], rules);
    expect(findings.map(({ id, root }) => [id, root])).toEqual([
      ['nonFinite:run', null],
      ['stalledTask:click', 'nonFinite:run'],
      ['classId:dwell', null],
      ['lossScale:click', null],
    ]);
  });

  it('answers why not for each rule that is silent', () => {
    const { findings, silent } = diagnose(
      runOf(5),
      [],
      [rule('conflict', () => verdict([], say('Needs {0} halves; there are {1}.', 10, 0)))],
    );
    expect(findings).toEqual([]);
    expect(silent.map(({ rule: id, because }) => `${id}: ${inEnglish(because)}`)).toEqual([
      'conflict: Needs 10 halves; there are 0.',
    ]);
  });
});
