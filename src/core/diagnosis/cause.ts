import type { RuleId } from './ruleIds.ts';

/** What cause and consequence must have in common: a task, a group, one of both, or no more than the run. */
export type InCommon = 'task' | 'group' | 'taskOrGroup' | 'run';

export interface Cause {
  readonly cause: readonly RuleId[];
  readonly explains: readonly RuleId[];
  readonly inCommon: InCommon;
  /** Only of findings that the script itself asks for (`RuleFinding.isAskedFor`). */
  readonly askedFor?: true;
}
