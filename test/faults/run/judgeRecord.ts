import ts from 'typescript';
import { diagnose } from '../../../src/core/diagnosis/diagnose.ts';
import { locate } from '../../../src/core/diagnosis/locate.ts';
import { inEnglish } from '../../../src/core/diagnosis/sentence.ts';
import { readRun, type Run } from '../../../src/core/run/run.ts';
import { parseSource } from '../../../src/core/source/parseSource.ts';
import { BASELINES } from '../baselines/baseline.ts';
import type { FoundFinding, Outcome } from './outcome.ts';

/** What is found in a record, by our rules and by the baselines'. The script is the one that was trained, without marks. */
export function judgeRecord(
  record: string,
  script: string,
): Pick<Outcome, 'state' | 'reason' | 'steps' | 'fell' | 'findings' | 'baselines'> {
  const { run } = readRun(record);
  const fired = (name: string): Outcome['baselines']['sageMaker'] =>
    BASELINES.find((baseline) => baseline.name === name)?.judge(run) ?? [];
  return {
    state: run.end?.state ?? 'cut short',
    reason: run.end?.reason ?? '',
    steps: run.stepsDone,
    fell: fell(run),
    findings: findingsOf(run, script),
    baselines: {
      sageMaker: fired('sageMaker'),
      autoTrainer: fired('autoTrainer'),
      deepDiagnosis: fired('deepDiagnosis'),
    },
  };
}

function findingsOf(run: Run, script: string): FoundFinding[] {
  const { findings } = diagnose(run);
  const located = locate(findings, run, (file) => ({ source: parseSource(ts, file, script), edited: false }));
  return findings.map((finding) => {
    const range = located.get(finding.id)?.range ?? null;
    return {
      rule: finding.rule,
      severity: finding.severity,
      isRoot: finding.root === null,
      tasks: finding.tasks.map((task) => run.termName(task)),
      groups: finding.groups,
      position: finding.position,
      range:
        range === null
          ? null
          : { line: range.line, column: range.column, endLine: range.endLine, endColumn: range.endColumn },
      since: finding.since,
      message: inEnglish(...finding.message),
      changes: finding.advice.flatMap(({ change }) => (change === null ? [] : [change])),
    };
  });
}

/** Means of the first and the last losses of each task. */
function fell(run: Run): Record<string, number | null> {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const tasks = run.graph?.terms.filter(({ kind }) => kind === 'task') ?? [];
  return Object.fromEntries(
    tasks.map(({ id, name }) => {
      const losses = run.lossSeries(id, 'raw').map(({ value }) => value);
      const ratio = mean(losses.slice(-16)) / mean(losses.slice(0, 4));
      return [name, Number.isFinite(ratio) ? ratio : null];
    }),
  );
}
