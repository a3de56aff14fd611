import * as vscode from 'vscode';
import { answerComparison, answerPanel } from './host/answerPanel.ts';
import { registerCommands } from './host/commands/registerCommands.ts';
import { editorFeatures } from './host/editor/editorFeatures.ts';
import { COMPARISON_TYPE, PANEL_TYPE, RUNS_VIEW, TRAINING_CONTEXT } from './host/names.ts';
import { CommentedFindings } from './host/panel/commentedFindings.ts';
import { Comparisons } from './host/panel/comparisons.ts';
import { Panels } from './host/panel/panels.ts';
import { Runs } from './host/runs/runs.ts';
import { RunTree } from './host/runs/runTree.ts';
import { knownRunsFolders, watchRuns } from './host/runs/watchRuns.ts';
import { showRunOfEnvironment } from './host/showRun.ts';
import { translateWith } from './host/text.ts';
import { StatusBar } from './host/training/statusBar.ts';
import { Trainings, type TrainingState } from './host/training/trainings.ts';

/** What the extension tells others, and its tests. */
export interface MtlDebuggerApi {
  /** The trainings of this window, ended and running. */
  trainings(): TrainingState[];
}

/** Builds the services and registers the features. The parser is loaded later, and training code never, in this process. */
export function activate({ extensionUri, subscriptions, workspaceState }: vscode.ExtensionContext): MtlDebuggerApi {
  translateWith((message, ...args) => vscode.l10n.t(message, ...args));
  const log = vscode.window.createOutputChannel('MTL Debugger', { log: true });
  const runs = new Runs(knownRunsFolders(workspaceState));
  const preload = vscode.Uri.joinPath(extensionUri, 'dist', 'trainer', 'preload.mjs').fsPath;
  const typescript = vscode.Uri.joinPath(extensionUri, 'dist', 'trainer', 'typescript.cjs').fsPath;
  const trainings = new Trainings(runs, log, preload);
  const panels = new Panels(
    extensionUri,
    runs,
    log,
    (request, shown) => answerPanel(extensionUri, request, shown),
    new CommentedFindings(typescript, log),
  );
  const comparisons = new Comparisons(extensionUri, runs, log, answerComparison);
  const tree = new RunTree(runs);

  subscriptions.push(
    log,
    runs,
    // Disposing of it lets go of the trainings that still run: they wait a while for this window to come back.
    trainings,
    panels,
    comparisons,
    tree,
    watchRuns(runs, workspaceState),
    new StatusBar(trainings),
    vscode.window.createTreeView(RUNS_VIEW, { treeDataProvider: tree, canSelectMany: true }),
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, panels),
    vscode.window.registerWebviewPanelSerializer(COMPARISON_TYPE, comparisons),
    registerCommands({ extensionUri, log, runs, trainings, panels, comparisons }),
    editorFeatures(extensionUri, log, runs, trainings),
    trainings.count.listen((count) => void vscode.commands.executeCommand('setContext', TRAINING_CONTEXT, count > 0)),
    trainings.recordings.listen(({ folder, before, attached }) => {
      if (before !== null) {
        panels.moved(before, folder);
        comparisons.moved(before, folder);
      } else if (!attached) {
        panels.show(folder, true);
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void trainings.reattach()),
  );
  if (vscode.workspace.isTrusted) {
    void trainings.reattach();
  }
  showRunOfEnvironment(runs, panels, workspaceState).catch((error: unknown) =>
    log.error(`The run that the environment names cannot be shown: ${String(error)}`),
  );
  return { trainings: () => trainings.states };
}
