import * as vscode from 'vscode';
import type { RuleId } from '../../core/diagnosis/ruleIds.ts';

/** Shows what the documentation says of a rule, in the user's language where it is written in that. */
export async function explainRule(extensionUri: vscode.Uri, rule: RuleId): Promise<void> {
  const pages = vscode.Uri.joinPath(extensionUri, 'docs', 'findings');
  const english = vscode.Uri.joinPath(pages, `${rule}.md`);
  const chinese = vscode.Uri.joinPath(pages, 'zh', `${rule}.md`);
  const wanted = vscode.env.language.startsWith('zh') ? [chinese, english] : [english];
  for (const page of wanted) {
    if (await isThere(page)) {
      await vscode.commands.executeCommand('vscode.openWith', page, 'vscode.markdown.preview.editor', {
        viewColumn: vscode.ViewColumn.One,
        preview: true,
      });
      return;
    }
  }
  void vscode.window.showErrorMessage(vscode.l10n.t('There is no page about {0} in this release.', rule));
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
