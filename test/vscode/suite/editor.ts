import path from 'node:path';
import * as vscode from 'vscode';
import { eventually } from '../runner.ts';
import { endOf, newRun, runFolders } from '../runs.ts';

/** What the extension's `activate` returns. */
export interface Api {
  trainings(): readonly { readonly entry: string; readonly folder: string | null; readonly state: string }[];
}

export function extension(): vscode.Extension<Api> {
  const found = vscode.extensions.getExtension<Api>('mtl-debugger.mtl-debugger');
  if (found === undefined) {
    throw new Error('the extension is not installed in this VS Code');
  }
  return found;
}

/** The first folder of the workspace, absolute. */
export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    throw new Error('no folder is open');
  }
  return folder.uri.fsPath;
}

export async function show(file: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.file(path.join(workspaceFolder(), file));
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** Sets one of the extension's settings for the workspace; undefined takes it back. */
export async function configure(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('mtlDebugger').update(setting, value, vscode.ConfigurationTarget.Workspace);
}

/** The titles of the extension's open panels. */
export function openPanels(): string[] {
  return panelTabs().map(({ label }) => label);
}

export async function closePanels(): Promise<void> {
  await vscode.window.tabGroups.close(panelTabs());
}

function panelTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('mtlDebugger.panel'));
}

/** Runs *Train Active File* on a file and returns the run's folder as soon as its record has begun. `shown`: it is shown first. */
export async function startTrainingOf(file: string, shown = true): Promise<string> {
  const before = runFolders(workspaceFolder());
  if (shown) {
    await show(file);
  }
  // The command may take as long as the training does: the record tells how far it is.
  void vscode.commands.executeCommand('mtlDebugger.trainActiveFile');
  return newRun(workspaceFolder(), before, file);
}

/** Trains a file from the first step to the last; returns the run's folder once the extension knows that it ended. */
export async function train(file: string, shown = true): Promise<string> {
  const folder = await startTrainingOf(file, shown);
  await endOf(folder);
  await noneRunning();
  return folder;
}

/** Trains a file with these arguments in the settings, from the first step to the last. */
export async function trainWith(file: string, args: readonly string[]): Promise<string> {
  await configure('args', args);
  try {
    return await train(file);
  } finally {
    await configure('args', undefined);
  }
}

/** Waits until the extension says that no training runs any more. */
export async function noneRunning(): Promise<void> {
  await eventually('the end of every training', () =>
    extension()
      .exports.trainings()
      .every(({ state }) => !['starting', 'running', 'stopping'].includes(state)),
  );
}

/** Waits until the extension's diagnostics of a file satisfy `enough`; default: until there are any. */
export function diagnosticsOf(
  file: string,
  enough: (all: readonly vscode.Diagnostic[]) => boolean = ({ length }) => length > 0,
): Promise<vscode.Diagnostic[]> {
  const uri = vscode.Uri.file(path.join(workspaceFolder(), file));
  return eventually(`diagnostics of ${file}`, () => {
    const own = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'MTL');
    return enough(own) ? own : null;
  });
}
