import type { RuleId } from '../core/diagnosis/ruleIds.ts';
import type { Severity } from '../core/diagnosis/finding.ts';
import type { RecordedNumber, SourcePosition } from '../core/run/record.ts';

/** A line of a small chart: values over steps. */
export interface ShownLine {
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly value: RecordedNumber }[];
}

/** A number that a finding rests on, see `Evidence`. What may be absent there is null or empty here. */
export interface ShownEvidence {
  readonly name: string;
  readonly value: RecordedNumber;
  readonly unit: string;
  readonly interval: readonly [low: RecordedNumber, high: RecordedNumber] | null;
  readonly threshold: RecordedNumber | null;
  readonly steps: { readonly from: number; readonly to: number; readonly count: number } | null;
  readonly series: readonly ShownLine[];
}

export interface ShownAdvice {
  readonly id: string;
  readonly text: string;
  readonly state: 'untried';
}

/** A finding as a page gets it, see `Finding`: its sentences are in the user's language, and plain text. */
export interface ShownFinding {
  readonly id: string;
  readonly rule: RuleId;
  readonly severity: Severity;
  /** Id of the finding that explains this one; null: it is a root. */
  readonly root: string | null;
  /** What happens: the first sentence is the headline. */
  readonly message: readonly string[];
  readonly why: readonly string[];
  readonly evidence: readonly ShownEvidence[];
  readonly advice: readonly ShownAdvice[];
  readonly source: string;
  /** Term ids and group ids, as in the graph. */
  readonly tasks: readonly string[];
  readonly groups: readonly string[];
  /** Where to look: where it is caused, or as near as is known. */
  readonly place: SourcePosition | null;
  readonly related: readonly { readonly position: SourcePosition; readonly text: string }[];
  /** The step that it holds since. */
  readonly since: number;
}

/** A rule that found nothing, and why. */
export interface ShownSilence {
  readonly rule: RuleId;
  readonly because: string;
}

/** What is known to be wrong with a run, in the order of `Diagnosis`. */
export interface ShownFindings {
  readonly findings: readonly ShownFinding[];
  readonly silent: readonly ShownSilence[];
  /** How many findings are not among them because the user ignores them. */
  readonly ignored: number;
}
