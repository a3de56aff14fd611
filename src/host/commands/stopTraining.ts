import path from 'node:path';
import * as vscode from 'vscode';
import type { RunningTraining } from '../training/runningTraining.ts';
import type { Trainings } from '../training/trainings.ts';
import { folderOf } from './chooseRun.ts';

/** *Stop Training*: the one it was called on, whoever has started it; else the only one, or the one that the user chooses. */
export async function stopTraining(trainings: Trainings, on: unknown): Promise<void> {
  const folder = folderOf(on);
  const { running } = trainings;
  const meant = running.filter((each) => folder === null || each.folder === folder);
  if (folder !== null && meant.length === 0) {
    await stopOfAnother(trainings, folder);
    return;
  }
  if (meant.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No training of this window is running.'));
    return;
  }
  const training = meant.length === 1 ? meant[0] : await choose(meant);
  training?.stop();
}

/** A run of another window. */
async function stopOfAnother(trainings: Trainings, folder: string): Promise<void> {
  const training = await trainings.attach(folder);
  if (training === null) {
    const message = vscode.l10n.t(
      'This training was not started in VS Code, or has just ended. Stop it where it runs.',
    );
    void vscode.window.showInformationMessage(message);
  }
  training?.stop();
}

async function choose(running: readonly RunningTraining[]): Promise<RunningTraining | undefined> {
  const items = running.map((training) => ({
    label: path.basename(training.entry),
    description: training.folder ?? '',
    training,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Training to stop') });
  return chosen?.training;
}
