import * as vscode from 'vscode';
import { samePosition } from '../../core/run/positions.ts';
import { SCRIPT_ENDINGS } from '../../launch/trainingChoices.ts';
import { DIAGNOSTIC_SOURCE } from '../names.ts';
import { fileOf } from '../reveal.ts';
import { findingsOf, type Finding } from './findings.ts';
import { editBetween, type Edit } from './followEdit.ts';
import type { LastRuns } from './lastRuns.ts';
import { loadTypescript } from './loadTypescript.ts';
import { openSources, placeOf, rangeIn, rangeMoved, type Source } from './sources.ts';

/** A finding at its place in a file of this machine. */
interface Placed {
  readonly finding: Finding;
  /** The folder of the run that found it. */
  readonly run: string;
  readonly cwd: string;
  readonly range: vscode.Range;
  /** The file was edited after the run: what it says may be over. */
  readonly stale: boolean;
}

/** Findings of the newest runs, underlined at the expressions that cause them. */
export class Diagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('mtl-debugger');
  /** By the file whose run is looked at, then by file. */
  readonly #placed = new Map<string, Map<string, Placed[]>>();
  /** The text that the ranges of a file are of. */
  readonly #texts = new Map<string, string>();
  /** What a run's positions are of: its files' texts when something in them was found first. */
  readonly #trained = new Map<string, { readonly run: string; readonly texts: Map<string, string> }>();
  /** A newer look overtakes an older one. */
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
    const endings = SCRIPT_ENDINGS.map((ending) => ending.slice(1)).join(',');
    const watcher = vscode.workspace.createFileSystemWatcher(`**/*.{${endings}}`, true, false, false);
    this.#listening = vscode.Disposable.from(
      this.#collection,
      lastRuns.changes.listen((entry) => void this.#look(entry)),
      vscode.workspace.onDidChangeTextDocument((change) => this.#follow(change)),
      vscode.workspace.onDidOpenTextDocument((document) => this.#catchUp(document)),
      watcher,
      watcher.onDidChange((uri) => void this.#changedOnDisk(uri)),
      watcher.onDidDelete(({ fsPath }) => this.#move(fsPath, () => [])),
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
    const header = run?.run.header ?? null;
    const findings = run === null || header === null ? [] : findingsOf(run.lines);
    const sources = await openSources(
      findings.map(({ position }) => fileOf(header?.cwd ?? '', position)),
      this.log,
    );
    if (this.#turns.get(entry) !== turn) {
      return;
    }
    // From here on nothing is waited for: no edit comes between the ranges and their text.
    const before = this.#placed.get(entry) ?? new Map<string, Placed[]>();
    const placed = new Map<string, Placed[]>();
    for (const finding of findings) {
      const file = fileOf(header?.cwd ?? '', finding.position);
      const source = sources.get(file);
      if (run !== null && header !== null && source !== undefined) {
        // What stands already has followed the edits since.
        const same = before.get(file)?.find((each) => each.run === run.folder && isSame(each.finding, finding));
        const { range, stale } = same ?? this.#place(finding, source, this.#textsOf(entry, run.folder), header.time);
        const one: Placed = { finding, run: run.folder, cwd: header.cwd, range, stale };
        placed.set(file, [...(placed.get(file) ?? []), one]);
      }
    }
    this.#placed.set(entry, placed);
    new Set([...before.keys(), ...placed.keys()]).forEach((file) => this.#show(file));
  }

  #textsOf(entry: string, run: string): Map<string, string> {
    const known = this.#trained.get(entry);
    const trained = known?.run === run ? known : { run, texts: new Map<string, string>() };
    this.#trained.set(entry, trained);
    return trained.texts;
  }

  /** `trained`: the texts that the run's positions are of, as far as they are known. */
  #place(
    { position }: Finding,
    { document, changed }: Source,
    trained: Map<string, string>,
    time: string,
  ): Pick<Placed, 'range' | 'stale'> {
    this.#catchUp(document);
    const file = document.uri.fsPath;
    const now = document.getText();
    this.#texts.set(file, now);
    const text = trained.get(file) ?? now;
    trained.set(file, text);
    const range = rangeIn(file, text, position, loadTypescript(this.typescript));
    const edit = editBetween(text, now);
    return {
      range: edit === null ? range : rangeMoved(range, [edit]),
      stale: edit !== null || document.isDirty || changed > new Date(time).getTime(),
    };
  }

  /** Underlines stay with their expressions while the user types; the next run says whether they still hold. */
  #follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length > 0 && this.#texts.has(document.uri.fsPath)) {
      this.#texts.set(document.uri.fsPath, document.getText());
      this.#edited(document.uri.fsPath, contentChanges);
    }
  }

  /** VS Code tells of edits only while it holds the file. */
  async #changedOnDisk(uri: vscode.Uri): Promise<void> {
    if (this.#texts.has(uri.fsPath)) {
      const sources = await openSources([uri.fsPath], this.log);
      sources.forEach(({ document }) => this.#catchUp(document));
    }
  }

  #catchUp(document: vscode.TextDocument): void {
    const file = document.uri.fsPath;
    const known = this.#texts.get(file);
    const edit = known === undefined ? null : editBetween(known, document.getText());
    if (document.uri.scheme === 'file' && edit !== null) {
      this.#texts.set(file, document.getText());
      this.#edited(file, [edit]);
    }
  }

  #edited(file: string, edits: readonly Edit[]): void {
    this.#move(file, (placed) =>
      placed.map((each) => ({ ...each, range: rangeMoved(each.range, edits), stale: true })),
    );
  }

  #move(file: string, move: (placed: readonly Placed[]) => Placed[]): void {
    for (const placed of this.#placed.values()) {
      const there = placed.get(file);
      if (there !== undefined) {
        placed.set(file, move(there));
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
      const location = new vscode.Location(vscode.Uri.file(fileOf(cwd, position)), placeOf(position));
      return new vscode.DiagnosticRelatedInformation(location, message);
    });
    return diagnostic;
  }
}

/** The same place and kind: what is said of it may have changed while the run went on. */
function isSame(a: Finding, b: Finding): boolean {
  return a.code === b.code && samePosition(a.position, b.position);
}
