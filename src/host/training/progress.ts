import path from 'node:path';
import * as vscode from 'vscode';
import { headline } from '../../core/report/progress.ts';
import type { RunningTraining } from './runningTraining.ts';

/** A notification with the steps done, the rate, and a way to stop, until the training is over. */
export function showProgress(training: RunningTraining): void {
  const options: vscode.ProgressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Training {0}', path.basename(training.entry)),
    cancellable: true,
  };
  void vscode.window.withProgress(options, async (progress, cancelled) => {
    let percent = 0;
    const show = (): void => {
      const { step, total } = training.progress;
      const now = total === null ? percent : Math.floor((100 * step) / total);
      const message = progressMessage(training);
      progress.report({ message, ...(now > percent ? { increment: now - percent } : {}) });
      percent = Math.max(percent, now);
    };
    show();
    const listening = vscode.Disposable.from(
      training.changes.listen(show),
      cancelled.onCancellationRequested(() => training.stop()),
    );
    await training.outcome;
    listening.dispose();
  });
}

export function progressMessage(training: RunningTraining): string {
  switch (training.state) {
    case 'starting':
      return vscode.l10n.t('starting');
    case 'stopping':
      return vscode.l10n.t('stopping after the current step');
    default:
      return headline(training.progress);
  }
}
