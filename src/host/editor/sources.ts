import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Expression } from '../../core/diagnosis/finding.ts';
import { rangeOfFinding, type ParsedSource } from '../../core/source/index.ts';
import type { SourcePosition } from '../../core/run/record.ts';
import { rangeAfter, type Edit } from './followEdit.ts';

/** A source file in which something was found. */
export interface Source {
  readonly document: vscode.TextDocument;
  /** When it was written, in milliseconds. */
  readonly changed: number;
}

/** Opens files, without showing them. One that is gone is left out: there is nothing to underline. */
export async function openSources(
  files: readonly string[],
  log: vscode.LogOutputChannel,
): Promise<ReadonlyMap<string, Source>> {
  const sources = new Map<string, Source>();
  for (const file of new Set(files)) {
    try {
      const { mtimeMs } = await stat(file);
      sources.set(file, { document: await vscode.workspace.openTextDocument(vscode.Uri.file(file)), changed: mtimeMs });
    } catch (error) {
      log.debug(`Nothing is underlined in ${file}: ${String(error)}`);
    }
  }
  return sources;
}

/** The part of a text that a finding means; one character where none is found. */
export function rangeIn(
  source: ParsedSource,
  position: SourcePosition,
  expression: Expression | null,
  tasks: readonly string[],
): vscode.Range {
  const found = rangeOfFinding(source, position, expression, tasks);
  const place = placeOf(position);
  return found === null
    ? new vscode.Range(place, place.translate(0, 1))
    : new vscode.Range(found.line - 1, found.column - 1, found.endLine - 1, found.endColumn - 1);
}

/** 0-based, as editors count. */
export function placeOf({ line, column }: SourcePosition): vscode.Position {
  return new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
}

export function rangeMoved(range: vscode.Range, edits: readonly Edit[]): vscode.Range {
  const { start, end } = edits.reduce(rangeAfter, range);
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
