import path from 'node:path';
import * as vscode from 'vscode';
import { formatCount, formatNumber } from '../../core/report/format.ts';
import { COMMANDS } from '../names.ts';
import type { RunningTraining } from './runningTraining.ts';
import type { Trainings } from './trainings.ts';

/** Step and rate of the training that runs; of several, of the newest, and how many more there are. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('mtlDebugger.progress', vscode.StatusBarAlignment.Left, 50);
  readonly #listening: vscode.Disposable;
  readonly #trainings: Trainings;

  constructor(trainings: Trainings) {
    this.#trainings = trainings;
    this.#item.name = vscode.l10n.t('MTL training');
    this.#listening = vscode.Disposable.from(
      this.#item,
      trainings.changes.listen(() => this.#show()),
    );
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #show(): void {
    const { running } = this.#trainings;
    const newest = running.at(-1);
    if (newest === undefined) {
      this.#item.hide();
      return;
    }
    const others = running.length === 1 ? '' : ` (+${running.length - 1})`;
    this.#item.text = `$(sync~spin) ${statusText(newest)}${others}`;
    this.#item.tooltip = running.map(({ entry }) => entry).join('\n');
    this.#item.accessibilityInformation = { label: vscode.l10n.t('MTL training: {0}', statusText(newest)) };
    this.#item.command = {
      title: vscode.l10n.t('Open Panel'),
      command: COMMANDS.openPanel,
      arguments: newest.folder === null ? [] : [newest.folder],
    };
    this.#item.show();
  }
}

function statusText({ entry, progress: { step, rate } }: RunningTraining): string {
  const name = path.basename(entry);
  return rate === null
    ? vscode.l10n.t('{0}: step {1}', name, formatCount(step))
    : vscode.l10n.t('{0}: step {1}, {2} steps/s', name, formatCount(step), formatNumber(rate));
}
