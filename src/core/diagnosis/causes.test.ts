import { describe, expect, it } from 'vitest';
import { CAUSES, withRoots } from './causes.ts';
import type { Finding } from './finding.ts';
import { RULE_IDS, type RuleId } from './ruleIds.ts';

const place = (rule: RuleId): number => RULE_IDS.indexOf(rule);

describe('causes', () => {
  const ordered = CAUSES.filter(({ askedFor }) => askedFor !== true);

  it.each(ordered.flatMap(({ cause, explains }) => cause.map((each) => [each, explains] as const)))(
    '%s stands in causal order before what it explains',
    (cause, explains) => {
      expect(explains.filter((each) => place(each) <= place(cause))).toEqual([]);
    },
  );

  const found = (rule: RuleId, change: Partial<Finding> = {}): Finding => ({
    id: rule,
    rule,
    place: '',
    severity: 'warning',
    tasks: ['click'],
    groups: [],
    position: null,
    expression: null,
    message: [],
    evidence: [],
    why: [],
    advice: [],
    source: '',
    related: [],
    since: 1,
    root: null,
    ...change,
  });
  const roots = (...findings: Finding[]) => withRoots(findings).map(({ root }) => root);

  it('a loss that rises is explained by what comes before it, unless the script asks for it: then it explains them', () => {
    const starving = found('starvingTask');
    const dying = found('dyingUnits', { severity: 'error' });
    expect(roots(starving, dying, found('risingLoss'))).toEqual([null, null, 'starvingTask']);
    expect(roots(starving, dying, found('risingLoss', { isAskedFor: true }))).toEqual([
      'risingLoss',
      'risingLoss',
      null,
    ]);
    expect(roots(starving, found('risingLoss', { isAskedFor: true, tasks: ['dwell'] }))).toEqual([null, null]);
  });

  it('noise comes of labels that do not follow from the inputs, of the same task', () => {
    const noise = found('noise', { severity: 'information' });
    const unlearned = found('noSignal', { severity: 'information' });
    expect(roots(unlearned, noise)).toEqual([null, 'noSignal']);
    expect(roots({ ...unlearned, tasks: ['dwell'] }, noise)).toEqual([null, null]);
  });
});
