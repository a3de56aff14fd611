import path from 'node:path';
import * as vscode from 'vscode';
import { workingFolder } from '../../launch/workingFolder.ts';
import { SECTION } from '../names.ts';
import { readSettings, type TrainingSettings } from './trainingSettings.ts';

/** The settings that hold for a script, and the folder it runs in: every workspace folder may have its own. */
export function startPlace(entry: vscode.Uri): { readonly settings: TrainingSettings; readonly cwd: string } {
  const folder = vscode.workspace.getWorkspaceFolder(entry)?.uri.fsPath ?? null;
  const configuration = vscode.workspace.getConfiguration(SECTION, entry);
  const settings = readSettings((key) => configuration.get<unknown>(key), folder);
  return { settings, cwd: settings.cwd ?? workingFolder(path.resolve(entry.fsPath)) };
}
