import * as vscode from 'vscode';
import { runLabel } from '../runs/runLabels.ts';
import type { Runs } from '../runs/runs.ts';
import { chooseRun, folderOf } from './chooseRun.ts';

/** What shows runs, and must not show one that is no more. */
export interface ShowsRuns {
  close(folder: string): void;
}

/** *Delete Run*: asks, and never deletes anything but a run that is listed and over. */
export async function deleteRun(runs: Runs, shown: readonly ShowsRuns[], on: unknown): Promise<void> {
  const folder = folderOf(on) ?? (await chooseRun(runs, vscode.l10n.t('Delete a run'), false));
  const run = runs.list.find((each) => each.folder === folder);
  if (run === undefined) {
    return;
  }
  if (run.state === 'running') {
    void vscode.window.showWarningMessage(vscode.l10n.t('This run is still being recorded. Stop the training first.'));
    return;
  }
  const { label, description } = runLabel(run, vscode.env.language);
  const yes = vscode.l10n.t('Delete');
  const question = vscode.l10n.t('Delete the run of {0}?', label);
  const options = { modal: true, detail: `${description}\n${run.folder}` };
  if ((await vscode.window.showWarningMessage(question, options, yes)) !== yes) {
    return;
  }
  shown.forEach((each) => each.close(run.folder));
  try {
    await vscode.workspace.fs.delete(vscode.Uri.file(run.folder), { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} could not be deleted: {1}', run.folder, reason));
  }
  await runs.refresh();
}
