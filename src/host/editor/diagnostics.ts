import * as vscode from 'vscode';
import { SEVERITIES, type Expression, type Finding } from '../../core/diagnosis/finding.ts';
import { expressionByName, namesInOrder, placeToShow } from '../../core/diagnosis/locate.ts';
import type { SourcePosition } from '../../core/run/record.ts';
import type { Run } from '../../core/run/run.ts';
import { ignoreComments, isIgnored, parseSource } from '../../core/source/index.ts';
import { SCRIPT_ENDINGS } from '../../launch/trainingChoices.ts';
import { fileOf } from '../reveal.ts';
import { diagnosticOf, type Consequence } from './diagnosticOf.ts';
import { editBetween, type Edit } from './followEdit.ts';
import type { LastRuns } from './lastRuns.ts';
import { loadTypescript } from './loadTypescript.ts';
import { openSources, rangeIn, rangeMoved, type Source } from './sources.ts';

/** A finding at its place in a file of this machine. */
interface Placed {
  readonly finding: Finding;
  readonly consequences: readonly Consequence[];
  /** The folder of the run that found it. */
  readonly run: string;
  readonly cwd: string;
  readonly range: vscode.Range;
  /** What the range was looked up by: a run that grows may say more of a finding that it has told already. */
  readonly meant: string;
  /** The file was edited after the run: what it says may be over. */
  readonly stale: boolean;
}

/** Which expression at its place a finding means. */
interface Part {
  readonly expression: Expression | null;
  /** The names of its objective's tasks. */
  readonly tasks: readonly string[];
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
      lastRuns.diagnoses.listen((entry) => void this.#look(entry)),
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
    const diagnosis = this.lastRuns.diagnosisOf(entry);
    const found = diagnosis?.current.findings ?? [];
    // A run that never came to a training step says nothing: what the one before found still stands.
    if (run !== null && (diagnosis?.looked !== true || (run.run.graph === null && found.length === 0))) {
      return;
    }
    if (diagnosis?.fault != null) {
      this.log.error(`The run in ${run?.folder ?? ''} could not be diagnosed: ${diagnosis.fault}`);
    }
    const cwd = run?.run.header?.cwd ?? '';
    const time = run?.run.header?.time ?? '';
    const places = run === null ? [] : placesOf(found, run.run);
    const sources = await openSources(
      places.map(({ position }) => fileOf(cwd, position)),
      this.log,
    );
    if (this.#turns.get(entry) !== turn) {
      return;
    }
    // From here on nothing is waited for: no edit comes between the ranges and their text.
    const before = this.#placed.get(entry) ?? new Map<string, Placed[]>();
    const placed = new Map<string, Placed[]>();
    for (const { finding, position } of places) {
      const file = fileOf(cwd, position);
      const source = sources.get(file);
      if (run !== null && source !== undefined) {
        const part = partOf(finding, position, run.run);
        const meant = JSON.stringify([finding.id, position, part]);
        // What stands already has followed the edits since.
        const same = before.get(file)?.find((each) => each.run === run.folder && each.meant === meant);
        const { range, stale } = same ?? this.#place(position, part, source, this.#textsOf(entry, run.folder), time);
        const consequences = consequencesOf(finding, places);
        const one: Placed = { finding, consequences, run: run.folder, cwd, range, meant, stale };
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
    position: SourcePosition,
    { expression, tasks }: Part,
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
    const parsed = parseSource(loadTypescript(this.typescript), file, text);
    const range = rangeIn(parsed, position, expression, tasks);
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
    const distinct = all.filter(({ finding: { id, position } }) => {
      const key = JSON.stringify([id, position]);
      return !seen.has(key) && seen.add(key).size > 0;
    });
    const counts = this.#notIgnored(file);
    const shown = distinct.filter(counts);
    const told = new Map(shown.map(({ finding }) => [finding.id, finding]));
    this.#collection.set(
      vscode.Uri.file(file),
      shown
        .filter(({ finding }) => !isToldWith(finding, told.get(finding.root ?? '')))
        .map(({ finding, consequences, cwd, range, stale }) =>
          diagnosticOf(finding, consequences, cwd, range, stale, this.documentation),
        ),
    );
  }

  /** Whether comments in the text as it is now let a finding stand. */
  #notIgnored(file: string): (placed: Placed) => boolean {
    const text = this.#texts.get(file) ?? '';
    if (!text.includes('mtl-debugger-ignore')) {
      return () => true;
    }
    const source = parseSource(loadTypescript(this.typescript), file, text);
    const comments = ignoreComments(source);
    return ({ finding, range: { start } }) =>
      !isIgnored(source, comments, finding.rule, [{ line: start.line + 1, column: start.character + 1 }]);
  }
}

function partOf(finding: Finding, position: SourcePosition, run: Run): Part {
  return {
    expression: position === finding.position ? expressionByName(finding.expression, run) : null,
    tasks: namesInOrder(finding, run),
  };
}

/** What a finding explains is told with it, unless it is worse. */
function isToldWith({ severity }: Finding, root: Finding | undefined): boolean {
  return root !== undefined && SEVERITIES.indexOf(root.severity) <= SEVERITIES.indexOf(severity);
}

/** Findings that have a place. */
function placesOf(findings: readonly Finding[], run: Run): { finding: Finding; position: SourcePosition }[] {
  return findings.flatMap((finding) => {
    const position = placeToShow(finding, run);
    return position === null ? [] : [{ finding, position }];
  });
}

function consequencesOf({ id }: Finding, places: readonly Consequence[]): Consequence[] {
  return places
    .filter(({ finding }) => finding.root === id)
    .flatMap((each) => [each, ...consequencesOf(each.finding, places)]);
}
