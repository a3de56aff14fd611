import path from 'node:path';
import * as vscode from 'vscode';
import { MOST_RUNS } from '../../core/report/compare/comparedRun.ts';
import { COMPARISON_TYPE } from '../names.ts';
import type { Runs } from '../runs/runs.ts';
import { fillPanel } from './fillPanel.ts';
import { ShownComparison, type ComparisonRequest } from './shownComparison.ts';

interface OpenComparison {
  readonly panel: vscode.WebviewPanel;
  readonly shown: ShownComparison;
}

/** The comparisons of this window: a panel for each choice of runs. */
export class Comparisons implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #open = new Set<OpenComparison>();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly runs: Runs,
    private readonly log: vscode.LogOutputChannel,
    private readonly answer: (request: ComparisonRequest) => void,
  ) {}

  /** Shows these runs beside each other, the reference first, in the panel that does so already or in one of its own. */
  show(folders: readonly string[]): void {
    const wanted = JSON.stringify(folders);
    const there = [...this.#open].find(({ shown }) => JSON.stringify(shown.folders) === wanted);
    if (there !== undefined) {
      there.panel.reveal();
      return;
    }
    const title = vscode.l10n.t('MTL: Compare');
    const panel = vscode.window.createWebviewPanel(COMPARISON_TYPE, title, vscode.ViewColumn.Active);
    this.#fill(panel, folders);
  }

  /** A record has moved: the comparisons that it is in follow. */
  moved(before: string, folder: string): void {
    for (const { shown } of this.#open) {
      if (shown.folders.includes(before)) {
        shown.show(shown.folders.map((each) => (each === before ? folder : each)));
      }
    }
  }

  /** The run is no more. */
  close(folder: string): void {
    [...this.#open].filter(({ shown }) => shown.folders.includes(folder)).forEach(({ panel }) => void panel.dispose());
  }

  /** The page keeps the names by which the host calls its runs, which are the runs' folders. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    this.#fill(panel, comparedIn(state));
    return Promise.resolve();
  }

  dispose(): void {
    [...this.#open].forEach(({ panel }) => void panel.dispose());
  }

  #fill(panel: vscode.WebviewPanel, folders: readonly string[]): void {
    const shown = new ShownComparison(
      this.runs,
      // A page that is gone meanwhile says `ready` when it is back.
      (message) => panel.webview.postMessage(message),
      this.answer,
    );
    const open: OpenComparison = { panel, shown };
    this.#open.add(open);
    panel.onDidDispose(() => this.#open.delete(open));
    shown.show(folders);
    fillPanel(panel, this.extensionUri, shown, this.log);
  }
}

function comparedIn(state: unknown): string[] {
  const compared: unknown = typeof state === 'object' && state !== null && 'compared' in state ? state.compared : null;
  const folders = Array.isArray(compared) ? compared : [];
  return folders
    .filter((each): each is string => typeof each === 'string' && path.isAbsolute(each))
    .slice(0, MOST_RUNS);
}
