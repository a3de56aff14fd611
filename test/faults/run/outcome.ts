import type { RuleId } from '../../../src/core/diagnosis/ruleIds.ts';
import type { Change, Severity } from '../../../src/core/diagnosis/finding.ts';
import type { SourcePosition } from '../../../src/core/run/record.ts';
import type { BaselineName } from '../baselines/baseline.ts';
import type { Symptom } from '../baselines/symptom.ts';

/** What a run's findings said, in the order in which they are shown. */
export interface FoundFinding {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly isRoot: boolean;
  /** Names. */
  readonly tasks: readonly string[];
  readonly groups: readonly string[];
  readonly position: SourcePosition | null;
  /** Columns and lines count from 1, the end is exclusive; null where no expression is known. */
  readonly range: {
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
  } | null;
  readonly since: number;
  readonly message: string;
  readonly changes: readonly Change[];
}

/** All that is kept of one run. */
export interface Outcome {
  readonly variant: string;
  readonly seed: number;
  /** Of the script and of the built trainer: the same key, the same record. */
  readonly trained: string;
  /** Of the rules and baselines: the same key, the same findings. */
  readonly judged: string;
  readonly state: string;
  readonly reason: string;
  readonly steps: number;
  /** Last loss over first loss, by task. */
  readonly fell: Readonly<Record<string, number | null>>;
  readonly findings: readonly FoundFinding[];
  /** What each baseline fired, and at which step first. */
  readonly baselines: Readonly<Record<BaselineName, readonly { readonly symptom: Symptom; readonly step: number }[]>>;
}
