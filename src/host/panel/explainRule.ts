import * as vscode from 'vscode';
import type { RuleId } from '../../core/diagnosis/ruleIds.ts';
import { pageOf } from '../editor/diagnosticOf.ts';

/** Shows the page that explains a rule's findings, beside the panel where there is an editor beside it. */
export async function explainRule(extensionUri: vscode.Uri, rule: RuleId): Promise<void> {
  const page = pageOf(rule, vscode.Uri.joinPath(extensionUri, 'docs', 'findings'));
  try {
    await vscode.workspace.fs.stat(page);
    await vscode.commands.executeCommand('vscode.openWith', page, 'vscode.markdown.preview.editor', {
      viewColumn: vscode.ViewColumn.One,
      preview: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('The page about {0} cannot be shown: {1}', rule, reason));
  }
}
