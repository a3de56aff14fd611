import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';

const said: Readonly<Record<string, () => string>> = {
  penguins: () => vscode.l10n.t('species and body mass: a loss in grams drowns the other task'),
  feed: () => vscode.l10n.t("a task's prediction is another's feature, and its gradient leaks through it"),
  rates: () => vscode.l10n.t('one learning rate kills one tower and starves the other'),
  kendall: () => vscode.l10n.t('uncertainty weighting stopped before its variances settle'),
  experts: () => vscode.l10n.t('a mixture of experts with two gates; nothing is wrong with it'),
  gan: () => vscode.l10n.t('two objectives in one loop, and a cut that is meant'),
};

/** *Copy an Example into the Workspace*: asks which, copies it to a folder of its own, and opens its script. */
export async function copyExample(extensionUri: vscode.Uri): Promise<void> {
  const folder = await targetFolder();
  if (folder === null) {
    return;
  }
  const examples = vscode.Uri.joinPath(extensionUri, 'examples');
  const names = (await readdir(examples.fsPath, { withFileTypes: true })).filter((each) => each.isDirectory());
  const known = Object.keys(said);
  const items = names
    .map(({ name }) => ({ label: name, detail: said[name]?.() ?? '' }))
    .sort((a, b) => known.indexOf(a.label) - known.indexOf(b.label));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Example to copy') });
  if (chosen === undefined) {
    return;
  }
  const target = freeName(path.join(folder.fsPath, 'mtl-examples', chosen.label));
  try {
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(examples, chosen.label), vscode.Uri.file(target));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('The example could not be copied to {0}: {1}', target, reason));
    return;
  }
  await vscode.window.showTextDocument(vscode.Uri.file(path.join(target, 'train.mjs')));
}

/** The workspace folder, which of several the user says; null where there is none on a disk. */
async function targetFolder(): Promise<vscode.Uri | null> {
  const folders = vscode.workspace.workspaceFolders?.filter(({ uri }) => uri.scheme === 'file') ?? [];
  if (folders.length === 0) {
    const open = vscode.l10n.t('Open Folder');
    const message = vscode.l10n.t('Open a folder first: the example is copied into it.');
    if ((await vscode.window.showInformationMessage(message, open)) === open) {
      await vscode.commands.executeCommand('workbench.action.files.openFolder');
    }
    return null;
  }
  const chosen = folders.length === 1 ? folders[0] : await vscode.window.showWorkspaceFolderPick();
  return chosen?.uri ?? null;
}

/** Nothing that is there is written over. */
function freeName(wanted: string): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if (!existsSync(name)) {
      return name;
    }
  }
}
