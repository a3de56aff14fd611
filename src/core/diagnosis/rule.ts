import type { RuleFinding } from './finding.ts';
import type { RuleId } from './ruleIds.ts';
import type { RunView } from './runView.ts';
import type { Sentence } from './sentence.ts';

export interface Verdict {
  readonly findings: readonly RuleFinding[];
  /** Answers *why not?* where nothing was found: what was looked at, its figure beside the threshold, or what is missing. */
  readonly silent: Sentence | null;
}

/** One symptom. A rule judges what was measured, and measures nothing. */
export interface Rule {
  readonly id: RuleId;
  /** It can be proven: no threshold, no statistics. */
  readonly exact: boolean;
  judge(view: RunView): Verdict;
}

/** Found, or an answer to *why not?* */
export function verdict(findings: readonly RuleFinding[], silent: Sentence): Verdict {
  return { findings, silent: findings.length === 0 ? silent : null };
}
