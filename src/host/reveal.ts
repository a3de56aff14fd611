import path from 'node:path';
import * as vscode from 'vscode';
import type { SourcePosition } from '../core/run/record.ts';

/** Where a position of a record lies on this machine. */
export function fileOf(cwd: string, { file }: SourcePosition): string {
  return path.resolve(cwd, file);
}

/** Shows a place of a run's source in an editor, beside the panel where that is what the user looks at. */
export async function revealPosition(cwd: string, position: SourcePosition): Promise<void> {
  const file = fileOf(cwd, position);
  const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.fsPath === file);
  const place = new vscode.Position(Math.max(0, position.line - 1), Math.max(0, position.column - 1));
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(file), {
      selection: new vscode.Range(place, place),
      viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} cannot be shown: {1}', file, reason));
  }
}
