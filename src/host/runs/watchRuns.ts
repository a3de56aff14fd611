import * as vscode from 'vscode';
import { RECORD_FILE } from '../../core/run/record.ts';
import type { Runs } from './runs.ts';

const KNOWN = 'runsFolders';

/** The runs folders that this workspace's trainings have used, of earlier sessions too. */
export function knownRunsFolders(state: vscode.Memento): string[] {
  const known: unknown = state.get(KNOWN);
  return Array.isArray(known) ? known.filter((each): each is string => typeof each === 'string') : [];
}

/** Keeps the list of runs up to date: with the workspace's folders, and with runs that others record or delete. */
export function watchRuns(runs: Runs, state: vscode.Memento): vscode.Disposable {
  const folders = (): string[] =>
    (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
  runs.setRoots(folders());
  const watcher = vscode.workspace.createFileSystemWatcher(`**/.mtl/runs/*/${RECORD_FILE}`, false, true, false);
  const refresh = (): void => void runs.refresh();
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(refresh),
    watcher.onDidDelete(refresh),
    vscode.workspace.onDidChangeWorkspaceFolders(() => runs.setRoots(folders())),
    runs.changes.listen(() => {
      if (runs.known.length !== knownRunsFolders(state).length) {
        void state.update(KNOWN, runs.known);
      }
    }),
  );
}
