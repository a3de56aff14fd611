import * as vscode from 'vscode';
import type { Finding, Severity } from '../../core/diagnosis/finding.ts';
import type { SourcePosition } from '../../core/run/record.ts';
import { DIAGNOSTIC_SOURCE } from '../names.ts';
import { fileOf } from '../reveal.ts';
import { inWords } from '../text.ts';
import { placeOf } from './sources.ts';

/** A finding that another explains, where it is shown. */
export interface Consequence {
  readonly finding: Finding;
  readonly position: SourcePosition;
}

const SEVERITY: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/**
 * A finding as the editor shows it: what happens, what to do, since when; what it explains and other places as related information;
 * its rule as a link to the page that explains it.
 *
 * @param stale the file was edited after the run: what it says may be over
 * @param documentation the folder of the findings' pages
 */
export function diagnosticOf(
  finding: Finding,
  consequences: readonly Consequence[],
  cwd: string,
  range: vscode.Range,
  stale: boolean,
  documentation: vscode.Uri,
): vscode.Diagnostic {
  const { message, advice, since, rule, severity, related } = finding;
  const words = [
    inWords(...message),
    ...advice.slice(0, 1).map(({ text }) => inWords(...text)),
    vscode.l10n.t('(Since step {0}.)', since),
    ...(stale ? [vscode.l10n.t('The file was edited after this run: train again to see whether it holds.')] : []),
  ];
  const diagnostic = new vscode.Diagnostic(range, words.join(' '), SEVERITY[severity]);
  diagnostic.source = DIAGNOSTIC_SOURCE;
  diagnostic.code = { value: rule, target: pageOf(rule, documentation) };
  diagnostic.relatedInformation = [
    ...consequences.map(({ finding: each, position }) => {
      const what = vscode.l10n.t('It explains this: {0}', inWords(...each.message));
      return new vscode.DiagnosticRelatedInformation(locationOf(cwd, position), what);
    }),
    ...related.map(
      ({ position, text }) => new vscode.DiagnosticRelatedInformation(locationOf(cwd, position), inWords(text)),
    ),
  ];
  return diagnostic;
}

/** The page that explains a rule's findings: the Chinese one where VS Code speaks Chinese. */
export function pageOf(rule: string, documentation: vscode.Uri): vscode.Uri {
  const folder = vscode.env.language.toLowerCase().startsWith('zh') ? ['zh'] : [];
  return vscode.Uri.joinPath(documentation, ...folder, `${rule}.md`);
}

function locationOf(cwd: string, position: SourcePosition): vscode.Location {
  return new vscode.Location(vscode.Uri.file(fileOf(cwd, position)), placeOf(position));
}
