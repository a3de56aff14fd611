import type { RuleId } from './ruleIds.ts';

const FINDINGS = 'https://github.com/mtl-debugger/mtl-debugger/blob/main/docs/findings';

/** The page that explains a rule's findings. */
export function pageOf(rule: RuleId): string {
  return `${FINDINGS}/${rule}.md`;
}
