import { counted, formatCount, formatNumber, formatPosition } from '../report/format.ts';
import { wrap } from '../report/layout.ts';
import type { Page } from '../report/sections/page.ts';
import { plainStyle, type Style } from '../report/style.ts';
import type { DiagnosisDocument, DocumentedFinding } from './document.ts';
import { SEVERITIES, type Severity } from './finding.ts';
import { pageOf } from './pages.ts';
import type { RuleId } from './ruleIds.ts';

export interface DiagnosisTextOptions {
  readonly width?: number;
  readonly style?: Style;
  /** Silent rules that are explained. */
  readonly whyNot?: 'none' | 'all' | RuleId;
}

const MARKS: Readonly<Record<Severity, string>> = { error: '✗', warning: '!', information: 'i' };

/**
 * A diagnosis for people, in English, ending with a line break: each root with its evidence and what to do, and beneath it what it
 * explains; then, where it is asked for, why other rules are silent.
 */
export function diagnosisText(
  document: DiagnosisDocument,
  { width = 80, style = plainStyle, whyNot = 'none' }: DiagnosisTextOptions = {},
): string {
  const page = { width: Math.max(40, width), style };
  const shown = document.findings.filter(({ ignored }) => !ignored);
  const ids = new Set(shown.map(({ id }) => id));
  // What an ignored finding explains stands for itself.
  const roots = shown.filter(({ root }) => root === null || !ids.has(root));
  const parts = [
    opening(document, shown, page),
    ...roots.map((root) => withConsequences(root, shown, page, 0)),
    ignoredLines(document, page),
    whyNot === 'none' ? [] : whyNotLines(document, whyNot, page),
  ].filter((lines) => lines.length > 0);
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** `2 errors, 1 warning`, of findings; empty where there are none. */
export function countedBySeverity(findings: readonly DocumentedFinding[]): string {
  return SEVERITIES.flatMap((severity) => {
    const count = findings.filter((each) => each.severity === severity).length;
    // Information is not counted in pieces.
    const many = severity === 'information' ? `${formatCount(count)} information` : counted(count, severity);
    return count === 0 ? [] : [many];
  }).join(', ');
}

/** The mark and the word of a severity: never the colour alone. */
export function severityMark(severity: Severity, { style }: Page): string {
  const tone = { error: style.bad, warning: style.warn, information: style.faint }[severity];
  return tone(MARKS[severity]);
}

function opening(document: DiagnosisDocument, shown: readonly DocumentedFinding[], { width, style }: Page): string[] {
  const run = `${document.title}, ${counted(document.steps, 'training step')}`;
  if (document.steps === 0) {
    return wrap(`${run}: there is nothing to judge.`, width).map(style.strong);
  }
  const verdict = shown.length === 0 ? 'nothing was found.' : `${countedBySeverity(shown)}.`;
  return wrap(`${run}: ${verdict}`, width).map(shown.length === 0 ? style.good : style.strong);
}

function withConsequences(
  finding: DocumentedFinding,
  shown: readonly DocumentedFinding[],
  page: Page,
  indent: number,
): string[] {
  const explained = shown.filter(({ root }) => root === finding.id);
  return [
    ...findingLines(finding, page, indent),
    ...(explained.length === 0
      ? []
      : [
          `${' '.repeat(indent + 4)}${page.style.strong('It explains:')}`,
          ...explained.flatMap((each) => withConsequences(each, shown, page, indent + 6)),
        ]),
  ];
}

function findingLines(finding: DocumentedFinding, page: Page, indent: number): string[] {
  const { width, style } = page;
  const { severity, message, since, evidence, why, advice, source, rule } = finding;
  const inner = indent + 4;
  const [first = '', ...rest] = wrap(`${severity}: ${message}`, width, indent + 2);
  const say = (what: string, text: string): string[] => wrap(`${what}: ${text}`, width, inner, inner + 2);
  return [
    `${' '.repeat(indent)}${severityMark(severity, page)} ${style.strong(first.trimStart())}`,
    ...rest.map(style.strong),
    ...wrap(`${placeWords(finding)}since step ${formatCount(since)}`, width, inner),
    ...evidence.flatMap((each) => say('Evidence', evidenceWords(each))),
    ...(indent > 0
      ? []
      : [
          ...(why === '' ? [] : say('Why it matters', why)),
          ...advice.flatMap(({ text }) => say('What to do', text)),
          ...(source === '' ? [] : say('Source', source).map(style.faint)),
        ]),
    // A link is not broken into lines.
    `${' '.repeat(inner)}${style.faint(`${rule}: ${pageOf(rule)}`)}`,
  ];
}

function placeWords({ file, line, column }: DocumentedFinding): string {
  return file === null || line === null || column === null ? '' : `${formatPosition({ file, line, column })}, `;
}

/** `share of shared's update 99.9 % (95 % interval 99.8 to 99.95), steps 1 to 40, 5 of them`. */
export function evidenceWords({ name, value, unit, interval, steps }: DocumentedFinding['evidence'][number]): string {
  const told = [`${name} ${formatNumber(value)}${unit === '' ? '' : ` ${unit}`}`];
  if (interval !== null) {
    told.push(` (95 % interval ${formatNumber(interval[0])} to ${formatNumber(interval[1])})`);
  }
  if (steps !== null) {
    const { from, to, count } = steps;
    told.push(
      from === to
        ? `, step ${formatCount(to)}`
        : `, steps ${formatCount(from)} to ${formatCount(to)}${count === to - from + 1 ? '' : `, ${formatCount(count)} of them`}`,
    );
  }
  return told.join('');
}

function ignoredLines({ findings }: DiagnosisDocument, { width, style }: Page): string[] {
  const ignored = findings.filter((each) => each.ignored);
  if (ignored.length === 0) {
    return [];
  }
  const told = ignored.map((each) => `${each.rule}${each.line === null ? '' : ` at ${each.file ?? ''}:${each.line}`}`);
  return wrap(`${formatCount(ignored.length)} ignored by comments in the source: ${told.join('; ')}.`, width).map(
    style.faint,
  );
}

function whyNotLines({ silent, findings }: DiagnosisDocument, asked: 'all' | RuleId, page: Page): string[] {
  const { width, style } = page;
  const lines = silent
    .filter(({ rule }) => asked === 'all' || rule === asked)
    .flatMap(({ rule, because }) => wrap(`${rule}: ${because}`, width, 2, 4));
  if (asked !== 'all' && lines.length === 0) {
    const isFound = findings.some(({ rule }) => rule === asked);
    lines.push(
      ...wrap(`${asked}: ${isFound ? 'it was found, see above.' : 'this version does not look for it.'}`, width, 2, 4),
    );
  }
  return [style.heading('Why not?'), ...lines];
}
