import path from 'node:path';
import * as vscode from 'vscode';
import type { RuleId } from '../../core/diagnosis/ruleIds.ts';
import { ignoreComment, lineEnd } from '../editor/ignoreComment.ts';

/**
 * Writes the comment at the top of a file that ignores there what a rule finds, and saves it. A file with unsaved edits stays as it
 * is: saving them is not ours to decide.
 */
export async function ignoreInFile(file: string, rule: RuleId): Promise<void> {
  const name = path.basename(file);
  let document: vscode.TextDocument;
  try {
    const uri = vscode.Uri.file(file);
    await vscode.workspace.fs.stat(uri);
    document = await vscode.workspace.openTextDocument(uri);
  } catch {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('{0} cannot be opened any more: no comment that ignores {1} can be put into it.', file, rule),
    );
    return;
  }
  if (document.isDirty) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} has unsaved edits. Save it, then ignore {1} in it again.', name, rule),
    );
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  const { at, comment } = ignoreComment(document, rule);
  edit.insert(document.uri, at, `${comment}${lineEnd(document)}`);
  const changed = await vscode.workspace.applyEdit(edit);
  // Saving says no where the editor has saved by itself meanwhile.
  const saved = changed && ((await document.save()) || !document.isDirty);
  if (!saved) {
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} cannot be changed: {1} is not ignored in it.', name, rule));
    return;
  }
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} is ignored in {1} from now on: a comment at its top says so.', rule, name),
  );
}
