import * as vscode from 'vscode';
import { isScript, SCRIPT_ENDINGS } from '../../launch/trainingChoices.ts';
import { COMMANDS } from '../names.ts';
import { NodeError } from '../training/findNode.ts';
import type { Trainings } from '../training/trainings.ts';
import { SettingError } from '../training/trainingSettings.ts';
import { saveScript } from './saveScript.ts';

/** What was asked for. */
export interface TrainingRequest {
  /** The file that the command was called on; none: the active editor's. */
  readonly on: unknown;
  /** All files that are selected where the command was called, that one among them. */
  readonly selected: unknown;
  /** With the editor's breakpoints. */
  readonly debug: boolean;
}

/** *Train Active File* and *Debug Active File*: of the editor, or of the files that the command was called on. */
export async function trainActiveFile(
  trainings: Trainings,
  log: vscode.LogOutputChannel,
  { on, selected, debug }: TrainingRequest,
): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    await refuseUntrusted();
    return;
  }
  const meant = Array.isArray(selected) ? selected.filter((each) => each instanceof vscode.Uri) : [];
  if (meant.length < 2) {
    await trainOne(trainings, log, on, debug);
  } else if (await wantsAll(meant.length)) {
    // Started one after another: they then run side by side.
    for (const each of meant) {
      if (!(await trainOne(trainings, log, each, debug))) {
        break;
      }
    }
  }
}

/** False where it could not be started, for a reason that holds for every script: its settings, or Node. */
async function trainOne(
  trainings: Trainings,
  log: vscode.LogOutputChannel,
  on: unknown,
  debug: boolean,
): Promise<boolean> {
  const entry = await savedScript(on);
  if (entry === null) {
    return true;
  }
  try {
    await trainings.start(entry, debug);
    return true;
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    await tellNotStarted(error, log);
    return false;
  }
}

/** Several at once share the processors, and whoever selected many files may have meant one. */
async function wantsAll(count: number): Promise<boolean> {
  const yes = vscode.l10n.t('Train All');
  const question = vscode.l10n.t('Train {0} scripts at once?', count);
  const detail = vscode.l10n.t('Each is a process of its own and has its own run; together they are slower than one.');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

async function refuseUntrusted(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t(
    'Training runs the code of this workspace, and the workspace is not trusted. Trust it first; recorded runs can be opened without.',
  );
  if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}

/** Null where there is nothing to train; the user has then been told why, or has changed their mind. */
async function savedScript(on: unknown): Promise<vscode.Uri | null> {
  const uri = on instanceof vscode.Uri ? on : activeScript();
  if (uri === null) {
    const example = vscode.l10n.t('Copy an Example');
    const message = vscode.l10n.t('Open a training script in the editor first ({0}).', SCRIPT_ENDINGS.join(', '));
    if ((await vscode.window.showInformationMessage(message, example)) === example) {
      await vscode.commands.executeCommand(COMMANDS.copyExample);
    }
    return null;
  }
  if (uri.scheme !== 'file' && uri.scheme !== 'untitled') {
    const why = vscode.l10n.t(
      'This file lies in a virtual workspace ({0}:), not on a disk, and Node can only run files on a disk. Clone or download the project, and open that.',
      uri.scheme,
    );
    void vscode.window.showWarningMessage(why);
    return null;
  }
  // Before anything is saved: that a text file cannot be trained is no reason to write it.
  if (uri.scheme === 'file' && !isScript(uri.fsPath)) {
    tellNoScript(uri);
    return null;
  }
  const saved = await saveScript(uri);
  if (saved !== null && !isScript(saved.fsPath)) {
    tellNoScript(saved);
    return null;
  }
  return saved;
}

function tellNoScript({ fsPath }: vscode.Uri): void {
  const message = vscode.l10n.t(
    '{0} is no script that can be trained: it must end in {1}.',
    fsPath,
    SCRIPT_ENDINGS.join(', '),
  );
  void vscode.window.showWarningMessage(message);
}

/** The editor that is looked at; beside a panel that has the focus, the script that is in sight. */
function activeScript(): vscode.Uri | null {
  const { activeTextEditor: active, tabGroups, visibleTextEditors } = vscode.window;
  // The output of a script is an editor too, for VS Code, and stays the active one while commands are chosen.
  if (active !== undefined && active.document.uri.scheme !== 'output') {
    return active.document.uri;
  }
  const tab = tabGroups.activeTabGroup.activeTab?.input;
  return tab instanceof vscode.TabInputText
    ? tab.uri
    : (visibleTextEditors.find(({ document }) => isScript(document.fileName))?.document.uri ?? null);
}

async function tellNotStarted(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const settings = vscode.l10n.t('Open Settings');
  const showLog = vscode.l10n.t('Show Log');
  const ofSettings = error instanceof NodeError || error instanceof SettingError;
  const chosen = await vscode.window.showErrorMessage(reason, ...(ofSettings ? [settings] : []), showLog);
  if (chosen === settings) {
    await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:mtl-debugger.mtl-debugger');
  } else if (chosen === showLog) {
    log.show();
  }
}
