import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import type { Finding } from '../../src/core/diagnosis/finding.ts';
import type { RuleId } from '../../src/core/diagnosis/ruleIds.ts';
import type { FactDetails } from '../../src/core/run/facts/factLine.ts';
import type { FactLine, RecordLine } from '../../src/core/run/record.ts';
import { Run } from '../../src/core/run/run.ts';
import { header } from '../sampleRecord.ts';
import { fact } from '../viewOf.ts';
import type { Watched } from './inProcess.ts';

/** What is wrong with a training that was watched in this process. @param more Lines that are put behind those of the trainer */
export function findingsOf(watched: Watched, more: readonly RecordLine[] = []): readonly Finding[] {
  watched.observation.flush();
  const run = new Run();
  [header, ...watched.lines, ...more].forEach((line) => run.add(line));
  return diagnose(run).findings;
}

export const ofRule = (findings: readonly Finding[], rule: RuleId): Finding[] =>
  findings.filter((finding) => finding.rule === rule);

/** `rule: task, …` of all that is worse than information, by the tasks' names. */
export function loud(findings: readonly Finding[], watched: Watched): string[] {
  const names = new Map(watched.graph().terms.map(({ id, name }) => [id, name]));
  return findings
    .filter(({ severity }) => severity !== 'information')
    .map(({ rule, tasks }) => `${rule}: ${tasks.map((task) => names.get(task) ?? task).join(', ')}`);
}

/** The fact of a task's labels, for trainings of which only they are needed. */
export function labelsOf(watched: Watched, task: string, values: ArrayLike<number>): FactLine {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const variance = all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length;
  const distinct = new Set(all).size;
  const details = {
    rows: all.length,
    values: all.length,
    nonFinite: 0,
    min: Math.min(...all),
    max: Math.max(...all),
    mean,
    variance,
    whole: all.every(Number.isInteger),
    distinct: distinct > 64 ? null : distinct,
  };
  const id = watched.graph().terms.find(({ name }) => name === task)?.id ?? task;
  return fact('labels', details as FactDetails['labels'], { task: id });
}
