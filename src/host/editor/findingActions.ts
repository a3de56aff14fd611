import * as vscode from 'vscode';
import { lineToIgnoreAt, parseSource } from '../../core/source/index.ts';
import { DIAGNOSTIC_SOURCE } from '../names.ts';
import { pageOf } from './diagnosticOf.ts';
import { loadTypescript } from './loadTypescript.ts';

/** Quick fixes of a finding: ignore it at its line or in its file, by a comment, and open the page that explains it. */
export class FindingActions implements vscode.CodeActionProvider {
  static readonly kinds: readonly vscode.CodeActionKind[] = [vscode.CodeActionKind.QuickFix];

  constructor(
    /** The built parser. */
    private readonly typescript: string,
    /** The folder of the findings' pages. */
    private readonly documentation: vscode.Uri,
  ) {}

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return diagnostics.flatMap((diagnostic) => {
      const rule = ruleOf(diagnostic);
      return rule === null
        ? []
        : [
            this.#ignoreHere(document, diagnostic, rule),
            ignoreInFile(document, diagnostic, rule),
            this.#explain(diagnostic, rule),
          ];
    });
  }

  #ignoreHere(document: vscode.TextDocument, diagnostic: vscode.Diagnostic, rule: string): vscode.CodeAction {
    const source = parseSource(loadTypescript(this.typescript), document.fileName, document.getText());
    const { text, range } = document.lineAt(lineToIgnoreAt(source, diagnostic.range.start.line + 1) - 1);
    const indent = /^\s*/.exec(text)?.[0] ?? '';
    return insertion(document, diagnostic, {
      title: vscode.l10n.t('Ignore {0} here', rule),
      at: range.start,
      comment: `${indent}// mtl-debugger-ignore ${rule}`,
    });
  }

  #explain(diagnostic: vscode.Diagnostic, rule: string): vscode.CodeAction {
    const title = vscode.l10n.t('Explain {0}', rule);
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.command = { title, command: 'markdown.showPreview', arguments: [pageOf(rule, this.documentation)] };
    return action;
  }
}

/** At the top, below a line that names the interpreter. */
function ignoreInFile(document: vscode.TextDocument, diagnostic: vscode.Diagnostic, rule: string): vscode.CodeAction {
  const first = document.lineAt(0).text.startsWith('#!') && document.lineCount > 1 ? 1 : 0;
  return insertion(document, diagnostic, {
    title: vscode.l10n.t('Ignore {0} in this file', rule),
    at: new vscode.Position(first, 0),
    comment: `/* mtl-debugger-ignore-file ${rule} */`,
  });
}

function insertion(
  document: vscode.TextDocument,
  diagnostic: vscode.Diagnostic,
  { title, at, comment }: { readonly title: string; readonly at: vscode.Position; readonly comment: string },
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, at, `${comment}${document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'}`);
  action.diagnostics = [diagnostic];
  action.edit = edit;
  return action;
}

function ruleOf({ source, code }: vscode.Diagnostic): string | null {
  return source === DIAGNOSTIC_SOURCE && typeof code === 'object' ? String(code.value) : null;
}
