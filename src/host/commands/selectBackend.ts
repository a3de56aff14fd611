import * as vscode from 'vscode';
import type { BackendChoice } from '../../core/run/record.ts';
import { BACKENDS } from '../../launch/trainingChoices.ts';
import { SECTION } from '../names.ts';

/** *Select Backend*: writes the setting where it stands already, else for the folder of the active file. */
export async function selectBackend(): Promise<void> {
  const said: Record<BackendChoice, string> = {
    auto: vscode.l10n.t('the fastest that can train the model: wasm, or tfjs-node for large ones'),
    asWritten: vscode.l10n.t('exactly what plain node would run'),
    node: vscode.l10n.t('tfjs-node: TensorFlow itself'),
    wasm: vscode.l10n.t('WebAssembly, with the training kernels it lacks and its wrong ones corrected'),
    cpu: vscode.l10n.t('plain JavaScript: always there, and slow'),
  };
  const scope = vscode.window.activeTextEditor?.document.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const configuration = vscode.workspace.getConfiguration(SECTION, scope);
  const now = configuration.get<string>('backend');
  const items = BACKENDS.map((backend) => ({
    label: backend,
    description: backend === now ? vscode.l10n.t('now') : '',
    detail: said[backend],
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Backend that trains') });
  if (chosen !== undefined) {
    await configuration.update('backend', chosen.label, target(configuration.inspect('backend')));
  }
}

function target(
  set: { workspaceFolderValue?: unknown; workspaceValue?: unknown } | undefined,
): vscode.ConfigurationTarget {
  if (vscode.workspace.workspaceFolders === undefined) {
    return vscode.ConfigurationTarget.Global;
  }
  return set?.workspaceFolderValue !== undefined || vscode.workspace.workspaceFolders.length > 1
    ? vscode.ConfigurationTarget.WorkspaceFolder
    : vscode.ConfigurationTarget.Workspace;
}
