import { describe, expect, it } from 'vitest';
import { CAUSES } from './causes.ts';
import { RULE_IDS, type RuleId } from './ruleIds.ts';

const place = (rule: RuleId): number => RULE_IDS.indexOf(rule);

describe('causes', () => {
  it.each(CAUSES.flatMap(({ cause, explains }) => cause.map((each) => [each, explains] as const)))(
    '%s stands in causal order before what it explains',
    (cause, explains) => {
      expect(explains.filter((each) => place(each) <= place(cause))).toEqual([]);
    },
  );
});
