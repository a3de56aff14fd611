import path from 'node:path';
import * as vscode from 'vscode';
import { RECORD_FILE } from '../../core/run/record.ts';
import { runLabel } from '../runs/runLabels.ts';
import type { Runs } from '../runs/runs.ts';
import type { RunSummary } from '../runs/readSummary.ts';

/** The run that a command was called on: a folder, or an entry of the tree. Null where it was called without. */
export function folderOf(on: unknown): string | null {
  if (typeof on === 'string') {
    return path.isAbsolute(on) ? on : null;
  }
  return typeof on === 'object' && on !== null && 'folder' in on && typeof on.folder === 'string' ? on.folder : null;
}

/** Lets the user choose among the runs. `browse`: also any folder of the disk. Null where nothing was chosen. */
export async function chooseRun(runs: Runs, title: string, browse: boolean): Promise<string | null> {
  await runs.refresh();
  const items = [
    ...runs.list.map((run) => item(run)),
    ...(browse ? [{ label: vscode.l10n.t('$(folder) Another folder …'), description: '', folder: null }] : []),
  ];
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no recorded run in this workspace. Train a script first.'),
    );
    return null;
  }
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen === undefined ? null : (chosen.folder ?? (await browseForRun(title)));
}

/** A run as it stands in a list to choose from. */
export function item(run: RunSummary): vscode.QuickPickItem & { readonly folder: string } {
  const { label, description, icon } = runLabel(run, vscode.env.language);
  return { label: `$(${icon}) ${label}`, description, folder: run.folder };
}

async function browseForRun(title: string): Promise<string | null> {
  const chosen = await vscode.window.showOpenDialog({
    title,
    canSelectFiles: true,
    canSelectFolders: true,
    canSelectMany: false,
  });
  const place = chosen?.[0]?.fsPath;
  if (place === undefined) {
    return null;
  }
  const folder = path.basename(place) === RECORD_FILE ? path.dirname(place) : place;
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(path.join(folder, RECORD_FILE)));
    return folder;
  } catch {
    const message = vscode.l10n.t(
      '{0} is not the folder of a run: there is no {1} in it. Runs lie in .mtl/runs.',
      folder,
      RECORD_FILE,
    );
    void vscode.window.showErrorMessage(message);
    return null;
  }
}
