import path from 'node:path';
import * as vscode from 'vscode';
import { PANEL_TYPE } from '../names.ts';
import type { Runs } from '../runs/runs.ts';
import type { Disposable } from '../signal.ts';
import { fillPanel } from './fillPanel.ts';
import type { IgnoredFindings } from './findingsFeed.ts';
import { ShownRun, type PanelRequest } from './shownRun.ts';

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly shown: ShownRun;
}

/** The panels of this window, one per run. */
export class Panels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #open = new Set<OpenPanel>();
  readonly #listening: Disposable;

  /** `answer`: what a page asks for, and the folder of the run that it shows. */
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly runs: Runs,
    private readonly log: vscode.LogOutputChannel,
    private readonly answer: (request: PanelRequest, shown: ShownRun) => void,
    private readonly ignored: IgnoredFindings,
  ) {
    // A run that has just begun is not in the list when its panel opens.
    this.#listening = runs.changes.listen(() => this.#open.forEach((each) => this.#entitle(each)));
  }

  /** Shows a run, in its own panel or in one that shows none yet; null: an empty panel that says what to do. */
  show(folder: string | null, preserveFocus = false): void {
    const open = [...this.#open];
    const there = open.find((each) => each.shown.folder === folder) ?? open.find((each) => each.shown.folder === null);
    if (there === undefined) {
      const column = vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
      const panel = vscode.window.createWebviewPanel(PANEL_TYPE, 'MTL', { viewColumn: column, preserveFocus });
      this.#fill(panel, folder);
      return;
    }
    if (there.shown.folder !== folder) {
      this.#turnTo(there, folder);
    }
    there.panel.reveal(undefined, preserveFocus);
  }

  /** A record has moved: its panel follows. */
  moved(before: string, folder: string): void {
    [...this.#open].filter(({ shown }) => shown.folder === before).forEach((each) => this.#turnTo(each, folder));
  }

  /** The run is no more. */
  close(folder: string): void {
    [...this.#open].filter(({ shown }) => shown.folder === folder).forEach(({ panel }) => void panel.dispose());
  }

  /** The run in the panel that has the focus; null without one. */
  get activeFolder(): string | null {
    return [...this.#open].find(({ panel }) => panel.active)?.shown.folder ?? null;
  }

  /** The page keeps the name by which the host calls its run, which is the run's folder. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const run = runOf(state);
    this.#fill(panel, run !== null && path.isAbsolute(run) ? run : null);
    return Promise.resolve();
  }

  dispose(): void {
    this.#listening.dispose();
    [...this.#open].forEach(({ panel }) => void panel.dispose());
  }

  #fill(panel: vscode.WebviewPanel, folder: string | null): void {
    const { webview } = panel;
    const shown: ShownRun = new ShownRun(
      this.runs,
      // A page that is gone meanwhile says `ready` when it is back.
      (message) => {
        const delivered = webview.postMessage(message);
        // A run from outside the workspace is in no list: its record tells of what script it is.
        this.#entitle(open);
        return delivered;
      },
      (request) => this.answer(request, shown),
      this.ignored,
    );
    const open: OpenPanel = { panel, shown };
    this.#open.add(open);
    panel.onDidDispose(() => this.#open.delete(open));
    this.#turnTo(open, folder);
    fillPanel(panel, this.extensionUri, shown, this.log);
  }

  #turnTo(open: OpenPanel, folder: string | null): void {
    open.shown.show(folder);
    this.#entitle(open);
  }

  #entitle({ panel, shown }: OpenPanel): void {
    const entry = this.runs.list.find((run) => run.folder === shown.folder)?.entry ?? shown.entry;
    const title = entry === null ? 'MTL' : `MTL: ${path.basename(entry)}`;
    if (panel.title !== title) {
      panel.title = title;
    }
  }
}

function runOf(state: unknown): string | null {
  return typeof state === 'object' && state !== null && 'run' in state && typeof state.run === 'string'
    ? state.run
    : null;
}
