import * as vscode from 'vscode';
import { isScript, SCRIPT_ENDINGS } from '../../launch/trainingChoices.ts';
import { COMMANDS } from '../names.ts';
import { NodeError } from '../training/findNode.ts';
import type { Trainings } from '../training/trainings.ts';
import { SettingError } from '../training/trainingSettings.ts';

/** *Train Active File* and *Debug Active File*: of the editor, or of the file that the command was called on. */
export async function trainActiveFile(
  trainings: Trainings,
  log: vscode.LogOutputChannel,
  on: unknown,
  debug = false,
): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    await refuseUntrusted();
    return;
  }
  const entry = await savedScript(on);
  if (entry === null) {
    return;
  }
  try {
    await trainings.start(entry, debug);
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    await tellNotStarted(error, log);
  }
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
  const saved = await save(uri);
  if (saved !== null && !isScript(saved.fsPath)) {
    const message = vscode.l10n.t(
      '{0} is no script that can be trained: it must end in {1}.',
      saved.fsPath,
      SCRIPT_ENDINGS.join(', '),
    );
    void vscode.window.showWarningMessage(message);
    return null;
  }
  return saved;
}

/** The editor that is looked at; beside a panel that has the focus, the script that is in sight. */
function activeScript(): vscode.Uri | null {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editor = activeTextEditor ?? visibleTextEditors.find(({ document }) => isScript(document.fileName));
  return editor?.document.uri ?? null;
}

/** What is trained is what the editor shows. A document without a name gets one from the user. */
async function save(uri: vscode.Uri): Promise<vscode.Uri | null> {
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (document === undefined || (!document.isDirty && !document.isUntitled)) {
    return uri;
  }
  const saved = document.isUntitled ? await vscode.workspace.saveAs(uri) : await vscode.workspace.save(uri);
  if (saved === undefined) {
    void vscode.window.showWarningMessage(vscode.l10n.t('Nothing was trained: the file was not saved.'));
    return null;
  }
  return saved;
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
