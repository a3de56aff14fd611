import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { expressionAt, parseSource } from '../../core/source/index.ts';
import type { SourcePosition } from '../../core/run/record.ts';
import { DIAGNOSTIC_SOURCE } from '../names.ts';
import { fileOf } from '../reveal.ts';
import type { FollowedRun } from '../runs/followedRun.ts';
import { findingsOf, type Finding } from './findings.ts';
import { rangeAfter } from './followEdit.ts';
import type { LastRuns } from './lastRuns.ts';
import { loadTypescript } from './loadTypescript.ts';

/** A finding at its place in a file of this machine. */
interface Placed {
  readonly finding: Finding;
  readonly cwd: string;
  readonly range: vscode.Range;
  /** The file was edited after the run: what it says may be over. */
  readonly stale: boolean;
}

/** Findings of the newest runs, underlined at the expressions that cause them. */
export class Diagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('mtl-debugger');
  /** By script, then by file. */
  readonly #placed = new Map<string, Map<string, Placed[]>>();
  /** A newer look at a script overtakes an older one. */
  readonly #turns = new Map<string, number>();
  readonly #listening: vscode.Disposable;

  constructor(
    private readonly lastRuns: LastRuns,
    private readonly log: vscode.LogOutputChannel,
    /** The built parser. */
    private readonly typescript: string,
    /** Where the documentation of the findings lies. */
    private readonly documentation: vscode.Uri,
  ) {
    this.#listening = vscode.Disposable.from(
      this.#collection,
      lastRuns.changes.listen((entry) => void this.#look(entry)),
      vscode.workspace.onDidChangeTextDocument((change) => this.#follow(change)),
    );
  }

  dispose(): void {
    this.#listening.dispose();
  }

  async #look(entry: string): Promise<void> {
    const turn = (this.#turns.get(entry) ?? 0) + 1;
    this.#turns.set(entry, turn);
    const run = this.lastRuns.of(entry);
    // A run that never came to a training step says nothing: what the one before found still stands.
    if (run !== null && run.run.graph === null) {
      return;
    }
    let placed = new Map<string, Placed[]>();
    try {
      placed = run === null ? placed : await this.#place(run);
    } catch (error) {
      this.log.error(error instanceof Error ? error : String(error));
    }
    if (this.#turns.get(entry) === turn) {
      const before = this.#placed.get(entry) ?? new Map<string, Placed[]>();
      this.#placed.set(entry, placed);
      new Set([...before.keys(), ...placed.keys()]).forEach((file) => this.#show(file));
    }
  }

  async #place(run: FollowedRun): Promise<Map<string, Placed[]>> {
    const { header } = run.run;
    const byFile = new Map<string, Placed[]>();
    if (header === null) {
      return byFile;
    }
    for (const finding of findingsOf(run.lines)) {
      const file = fileOf(header.cwd, finding.position);
      byFile.set(file, [...(byFile.get(file) ?? []), ...(await this.#placeIn(file, finding, header))]);
    }
    return byFile;
  }

  async #placeIn(file: string, finding: Finding, { cwd, time }: { cwd: string; time: string }): Promise<Placed[]> {
    let document: vscode.TextDocument;
    let changed: number;
    try {
      document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
      changed = (await stat(file)).mtimeMs;
    } catch {
      return []; // the file is gone: there is nothing to underline
    }
    const stale = document.isDirty || changed > new Date(time).getTime();
    return [{ finding, cwd, range: this.#rangeOf(document, finding.position), stale }];
  }

  #rangeOf(document: vscode.TextDocument, { line, column }: SourcePosition): vscode.Range {
    const parsed = parseSource(loadTypescript(this.typescript), document.fileName, document.getText());
    const found = expressionAt(parsed, line, column);
    if (found === null) {
      const place = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
      return document.validateRange(new vscode.Range(place, place.translate(0, 1)));
    }
    return new vscode.Range(found.line - 1, found.column - 1, found.endLine - 1, found.endColumn - 1);
  }

  /** Underlines stay with their expressions while the user types; the next run says whether they still hold. */
  #follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) {
      return;
    }
    const file = document.uri.fsPath;
    for (const placed of this.#placed.values()) {
      const moved = placed.get(file)?.map((each): Placed => {
        const { start, end } = contentChanges.reduce(rangeAfter, each.range);
        return { ...each, range: new vscode.Range(start.line, start.character, end.line, end.character), stale: true };
      });
      if (moved !== undefined) {
        placed.set(file, moved);
        this.#show(file);
      }
    }
  }

  #show(file: string): void {
    const all = [...this.#placed.values()].flatMap((placed) => placed.get(file) ?? []);
    // Scripts that share a file find the same in it.
    const seen = new Set<string>();
    const distinct = all.filter(({ finding }) => {
      const key = JSON.stringify([finding.position, finding.code, finding.message]);
      return !seen.has(key) && seen.add(key).size > 0;
    });
    this.#collection.set(
      vscode.Uri.file(file),
      distinct.map((each) => this.#diagnostic(each)),
    );
  }

  #diagnostic({ finding, cwd, range, stale }: Placed): vscode.Diagnostic {
    const hint = stale
      ? ` ${vscode.l10n.t('The file was edited after this run: train again to see whether it holds.')}`
      : '';
    const severity =
      finding.severity === 'warning' ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information;
    const diagnostic = new vscode.Diagnostic(range, `${finding.message}${hint}`, severity);
    diagnostic.source = DIAGNOSTIC_SOURCE;
    diagnostic.code = {
      value: finding.code,
      target: this.documentation.with({ fragment: finding.code.toLowerCase() }),
    };
    diagnostic.relatedInformation = finding.related.map(({ position, message }) => {
      const place = new vscode.Position(Math.max(0, position.line - 1), Math.max(0, position.column - 1));
      const location = new vscode.Location(vscode.Uri.file(fileOf(cwd, position)), place);
      return new vscode.DiagnosticRelatedInformation(location, message);
    });
    return diagnostic;
  }
}
