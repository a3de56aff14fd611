import type { RecordedNumber, SourcePosition } from '../run/record.ts';
import type { Run } from '../run/run.ts';
import type { Diagnosis } from './diagnose.ts';
import type { Change, Finding, Severity } from './finding.ts';
import type { RuleId } from './ruleIds.ts';
import type { Located } from './locate.ts';
import { inEnglish } from './sentence.ts';

/** The form of the document; it grows when a field changes its meaning or goes away. */
export const DIAGNOSIS_VERSION = 1;

/** A diagnosis for other programs. Ids are stable over steps, runs and releases; texts are English and may change. */
export interface DiagnosisDocument {
  readonly version: number;
  /** The run's name. */
  readonly run: string;
  /** The script and its arguments. */
  readonly title: string;
  /** Training steps that it rests on. */
  readonly steps: number;
  readonly tasks: readonly { readonly id: string; readonly name: string }[];
  readonly groups: readonly { readonly id: string; readonly label: string; readonly kind: string }[];
  /** How many of the findings a comment in the source ignores. */
  readonly ignored: number;
  /** Roots first, each with what it explains. */
  readonly findings: readonly DocumentedFinding[];
  /** Why not: for each rule that found nothing, what was looked at. */
  readonly silent: readonly { readonly rule: RuleId; readonly because: string }[];
}

export interface DocumentedFinding {
  readonly id: string;
  readonly rule: RuleId;
  readonly severity: Severity;
  /** The id of the finding that explains it; null: it is a root. */
  readonly root: string | null;
  /** Ids. */
  readonly tasks: readonly string[];
  readonly groups: readonly string[];
  /** Null where no place is known. Lines and columns count from 1; the end is exclusive, and null where the source was not read. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
  readonly message: string;
  readonly evidence: readonly {
    readonly name: string;
    readonly value: RecordedNumber;
    readonly unit: string;
    readonly interval: readonly [RecordedNumber, RecordedNumber] | null;
    readonly steps: { readonly from: number; readonly to: number; readonly count: number } | null;
  }[];
  readonly advice: readonly {
    readonly id: string;
    readonly text: string;
    readonly change: Change | null;
    readonly state: 'untried';
  }[];
  /** The training step that it holds since. */
  readonly since: number;
  readonly why: string;
  readonly source: string;
  /** Whether a comment in the source ignores it. */
  readonly ignored: boolean;
  readonly related: readonly { readonly position: SourcePosition; readonly text: string }[];
}

/** @param located by the finding's id; a finding that is not in it has the position that was recorded */
export function diagnosisDocument(
  run: Run,
  { findings, silent }: Diagnosis,
  located: ReadonlyMap<string, Located> = new Map(),
): DiagnosisDocument {
  const documented = findings.map((finding) => documentedFinding(finding, located.get(finding.id)));
  return {
    version: DIAGNOSIS_VERSION,
    run: run.header?.run ?? '',
    title: [run.header?.entry ?? '', ...(run.header?.args ?? [])].join(' '),
    steps: run.stepsDone,
    tasks: (run.graph?.terms ?? []).filter(({ kind }) => kind === 'task').map(({ id, name }) => ({ id, name })),
    groups: (run.graph?.groups ?? []).map(({ id, label, kind }) => ({ id, label, kind })),
    ignored: documented.filter(({ ignored }) => ignored).length,
    findings: documented,
    silent: silent.map(({ rule, because }) => ({ rule, because: inEnglish(because) })),
  };
}

function documentedFinding(finding: Finding, located: Located | undefined): DocumentedFinding {
  const { position } = finding;
  const range = located?.range ?? null;
  return {
    id: finding.id,
    rule: finding.rule,
    severity: finding.severity,
    root: finding.root,
    tasks: finding.tasks,
    groups: finding.groups,
    file: position?.file ?? null,
    line: range?.line ?? position?.line ?? null,
    column: range?.column ?? position?.column ?? null,
    endLine: range?.endLine ?? null,
    endColumn: range?.endColumn ?? null,
    message: inEnglish(...finding.message),
    // What a chart would show stands in the record.
    evidence: finding.evidence.map(({ name, value, unit, interval, steps }) => ({
      name,
      value,
      unit,
      interval,
      steps,
    })),
    advice: finding.advice.map(({ id, text, change, state }) => ({ id, text: inEnglish(...text), change, state })),
    since: finding.since,
    why: inEnglish(...finding.why),
    source: finding.source,
    ignored: located?.ignored ?? false,
    related: finding.related.map(({ position: place, text }) => ({ position: place, text: inEnglish(text) })),
  };
}
