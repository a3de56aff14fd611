import { header } from './sampleRecord.ts';
import type { FactDetails, FactName } from '../src/core/run/facts/factLine.ts';
import type { FactLine, RecordLine, SourcePosition } from '../src/core/run/record.ts';
import { Run } from '../src/core/run/run.ts';
import type { Rule } from '../src/core/diagnosis/rule.ts';
import { RunView } from '../src/core/diagnosis/runView.ts';
import { inEnglish } from '../src/core/diagnosis/sentence.ts';

/** A view of a hand-made record; the header is put before it. */
export function viewOf(...lines: readonly RecordLine[]): RunView {
  const run = new Run();
  [header, ...lines].forEach((line) => run.add(line));
  return new RunView(run);
}

export function fact<Name extends FactName>(
  name: Name,
  details: FactDetails[Name],
  rest: Partial<Omit<FactLine, 'type' | 'fact' | 'details'>> = {},
): FactLine {
  const line = { type: 'fact', fact: name, step: 1, objective: null, task: null, layer: null, position: null, ...rest };
  return { ...line, details } as FactLine;
}

export const at = (line: number, column = 3): SourcePosition => ({ file: 'feed.ts', line, column });

/** What a rule says in English: `warning: …` per finding, or `silent: …`. */
export function said(rule: Rule, view: RunView): string[] {
  const { findings, silent } = rule.judge(view);
  return silent === null
    ? findings.map(({ severity, message }) => `${severity}: ${inEnglish(...message)}`)
    : [`silent: ${inEnglish(silent)}`];
}
