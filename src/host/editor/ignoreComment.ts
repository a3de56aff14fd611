import * as vscode from 'vscode';

/** The comment that ignores a rule in a whole file, and where it goes: at the top, below a line that names the interpreter. */
export function ignoreComment(document: vscode.TextDocument, rule: string): { at: vscode.Position; comment: string } {
  const first = document.lineAt(0).text.startsWith('#!') && document.lineCount > 1 ? 1 : 0;
  return { at: new vscode.Position(first, 0), comment: `/* mtl-debugger-ignore-file ${rule} */` };
}

/** What ends a line in this document. */
export function lineEnd({ eol }: vscode.TextDocument): string {
  return eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
}
