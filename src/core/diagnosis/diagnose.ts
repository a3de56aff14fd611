import type { Run } from '../run/run.ts';
import { withRoots } from './causes.ts';
import { SEVERITIES, type Finding } from './finding.ts';
import type { Rule } from './rule.ts';
import { RULE_IDS, type RuleId } from './ruleIds.ts';
import { RULES } from './rules/index.ts';
import { RunView } from './runView.ts';
import type { Sentence } from './sentence.ts';

export interface Diagnosis {
  /** Roots first, in causal order and by severity; what a root explains follows it. */
  readonly findings: readonly Finding[];
  /** For each rule that found nothing, why. */
  readonly silent: readonly { readonly rule: RuleId; readonly because: Sentence }[];
}

/** Steps that a run is looked at again at, to tell since when a finding holds: each a quarter further than the one before. */
const FURTHER = 1.25;

/**
 * What is wrong with a run, as far as it was recorded.
 *
 * @param known findings of the same run as it was a while ago: since when they hold is not looked for again
 */
export function diagnose(run: Run, known: readonly Finding[] = [], rules: readonly Rule[] = RULES): Diagnosis {
  const view = new RunView(run);
  const since = new Map(known.map((finding) => [finding.id, finding.since]));
  const findings: Finding[] = [];
  const silent: { rule: RuleId; because: Sentence }[] = [];
  for (const rule of [...rules].sort((a, b) => RULE_IDS.indexOf(a.id) - RULE_IDS.indexOf(b.id))) {
    const verdict = rule.judge(view);
    for (const found of verdict.findings) {
      const id = `${rule.id}:${found.place}`;
      findings.push({
        ...found,
        id,
        rule: rule.id,
        since: found.since ?? since.get(id) ?? firstHeld(rule, found.place, view),
        root: null,
      });
    }
    if (verdict.silent !== null) {
      silent.push({ rule: rule.id, because: verdict.silent });
    }
  }
  return { findings: inOrder(withRoots(findings)), silent };
}

/** The first of the steps looked at from which on the finding holds without a break. */
function firstHeld(rule: Rule, place: string, view: RunView): number {
  const last = view.stepsDone;
  const steps: number[] = [];
  for (let step = 1; step < last; step = Math.max(step + 1, Math.floor(step * FURTHER))) {
    steps.push(step);
  }
  let held = last;
  for (const step of steps.reverse()) {
    if (!rule.judge(view.at(step)).findings.some((each) => each.place === place)) {
      break;
    }
    held = step;
  }
  return held;
}

function inOrder(findings: readonly Finding[]): Finding[] {
  const roots = findings.filter(({ root }) => root === null);
  const bySeverity = SEVERITIES.flatMap((severity) => roots.filter((each) => each.severity === severity));
  const under = (id: string, above: ReadonlySet<string>): Finding[] =>
    above.has(id)
      ? []
      : findings
          .filter(({ root }) => root === id)
          .flatMap((each) => [each, ...under(each.id, new Set([...above, id]))]);
  return bySeverity.flatMap((root) => [root, ...under(root.id, new Set())]);
}
