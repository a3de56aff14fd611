import * as vscode from 'vscode';
import { COMMANDS } from '../names.ts';
import type { RunSummary } from './readSummary.ts';
import { runLabel } from './runLabels.ts';
import type { Runs } from './runs.ts';

/** The recorded and running runs, newest first. */
export class RunTree implements vscode.TreeDataProvider<RunSummary>, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #listening: vscode.Disposable;

  constructor(private readonly runs: Runs) {
    this.#listening = vscode.Disposable.from(
      this.#changes,
      runs.changes.listen(() => this.#changes.fire()),
    );
  }

  async getChildren(run?: RunSummary): Promise<RunSummary[]> {
    return run === undefined ? [...(await this.runs.listed())] : [];
  }

  getTreeItem(run: RunSummary): vscode.TreeItem {
    const { label, description, tooltip, icon, colour } = runLabel(run, vscode.env.language);
    const item = new vscode.TreeItem(label);
    item.id = run.folder;
    item.description = description;
    item.tooltip = tooltip;
    item.iconPath = new vscode.ThemeIcon(icon, colour === null ? undefined : new vscode.ThemeColor(colour));
    item.contextValue = run.state === 'running' ? 'run.running' : 'run.recorded';
    item.accessibilityInformation = { label: `${label}, ${description}` };
    item.command = { title: vscode.l10n.t('Open Panel'), command: COMMANDS.openPanel, arguments: [run.folder] };
    return item;
  }

  dispose(): void {
    this.#listening.dispose();
  }
}
