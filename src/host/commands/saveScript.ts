import path from 'node:path';
import * as vscode from 'vscode';

/**
 * What is trained is what the editors show: saves the script, and every other file of its workspace folder that was edited,
 * for the script may read it. A document without a name gets one from the user. Null where something was not saved; the
 * user has then been told.
 */
export async function saveScript(uri: vscode.Uri): Promise<vscode.Uri | null> {
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  const saved = document?.isUntitled === true ? await named(uri) : uri;
  if (saved === null) {
    return null;
  }
  for (const edited of editedBeside(saved)) {
    if (!(await written(edited))) {
      const name = path.basename(edited.fileName);
      void vscode.window.showWarningMessage(vscode.l10n.t('Nothing was trained: {0} could not be saved.', name));
      return null;
    }
  }
  return saved;
}

async function named(uri: vscode.Uri): Promise<vscode.Uri | null> {
  const saved = await vscode.workspace.saveAs(uri);
  if (saved === undefined) {
    void vscode.window.showWarningMessage(vscode.l10n.t('Nothing was trained: the file was not saved.'));
    return null;
  }
  return saved;
}

/** The edited files that a script may read: those of its workspace folder; where none holds it, those of its own. */
function editedBeside(script: vscode.Uri): vscode.TextDocument[] {
  const { getWorkspaceFolder, textDocuments } = vscode.workspace;
  const home = getWorkspaceFolder(script);
  const beside = (uri: vscode.Uri): boolean =>
    home === undefined
      ? path.dirname(uri.fsPath) === path.dirname(script.fsPath)
      : getWorkspaceFolder(uri)?.uri.toString() === home.uri.toString();
  return textDocuments.filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file' && beside(uri));
}

/** False where the file cannot be written; VS Code itself says why. */
async function written(document: vscode.TextDocument): Promise<boolean> {
  try {
    return await document.save();
  } catch {
    return false;
  }
}
