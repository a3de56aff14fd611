import path from 'node:path';
import * as vscode from 'vscode';
import type { RunningTraining } from './runningTraining.ts';

/**
 * Connects VS Code's JavaScript debugger to a script that waits for it, until the training is over. Where that fails, the
 * script is stopped: it would wait for ever.
 * @param url of the script's inspector
 * @param own the folder of the trainer's files: the debugger does not stop in them
 */
export async function debugScript(
  training: RunningTraining,
  url: string,
  own: string,
  log: vscode.LogOutputChannel,
): Promise<void> {
  const { entry } = training;
  const name = path.basename(entry);
  const configuration: vscode.DebugConfiguration = {
    type: 'node',
    request: 'attach',
    name: vscode.l10n.t('MTL: {0}', name),
    websocketAddress: url,
    continueOnAttach: true,
    autoAttachChildProcesses: false,
    // A step leads through the user's own code; the loader and the observation lie between.
    skipFiles: ['<node_internals>/**', `${own.replaceAll('\\', '/')}/**`, '**/node_modules/**'],
  };
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(entry));
  const sessions: vscode.DebugSession[] = [];
  const listening = vscode.debug.onDidStartDebugSession((started) => {
    if (started.configuration['websocketAddress'] === url) {
      sessions.push(started);
    }
  });
  try {
    if (!(await vscode.debug.startDebugging(folder, configuration))) {
      throw new Error(vscode.l10n.t('no session was started'));
    }
    await training.outcome;
    // A script that was killed never told its debugger.
    await Promise.all(sessions.map((session) => vscode.debug.stopDebugging(session)));
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(
      vscode.l10n.t(
        '{0} cannot be debugged: {1}. Is the extension "JavaScript Debugger", which comes with VS Code, switched off?',
        name,
        reason,
      ),
    );
    training.stop();
  } finally {
    listening.dispose();
  }
}
