import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { headline } from '../../core/report/progress.ts';
import { parseSource, trainingCalls } from '../../core/source/index.ts';
import type { SourcePosition } from '../../core/run/record.ts';
import { COMMANDS } from '../names.ts';
import { fileOf } from '../reveal.ts';
import type { FollowedRun } from '../runs/followedRun.ts';
import type { Trainings } from '../training/trainings.ts';
import type { LastRuns } from './lastRuns.ts';
import { mayTrain, resultText } from './lensText.ts';
import { loadTypescript } from './loadTypescript.ts';

/** Above every call that trains: train, open the panel, and what came of it last. */
export class TrainingLens implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changes.event;
  readonly #listening: vscode.Disposable;

  constructor(
    private readonly lastRuns: LastRuns,
    private readonly trainings: Trainings,
    /** The built parser. */
    private readonly typescript: string,
  ) {
    this.#listening = vscode.Disposable.from(
      this.#changes,
      lastRuns.changes.listen(() => this.#changes.fire()),
      trainings.count.listen(() => this.#changes.fire()),
    );
  }

  dispose(): void {
    this.#listening.dispose();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const run = this.lastRuns.of(document.fileName);
    const known = (run === null ? null : await linesOfRun(document, run)) ?? this.#linesOfCalls(document);
    const entry = entryOf(run) ?? document.fileName;
    // A script that imports what trains has its results at its top.
    const lines = known.length === 0 && run !== null && entry === document.fileName ? [0] : known;
    return lines.flatMap((line) => {
      const range = new vscode.Range(line, 0, line, 0);
      return this.#offers(document, entry, run).map((command) => new vscode.CodeLens(range, command));
    });
  }

  #linesOfCalls(document: vscode.TextDocument): number[] {
    const text = document.getText();
    if (!mayTrain(text)) {
      return [];
    }
    const calls = trainingCalls(parseSource(loadTypescript(this.typescript), document.fileName, text));
    return distinct(calls.map(({ line }) => line - 1));
  }

  #offers(document: vscode.TextDocument, entry: string, run: FollowedRun | null): vscode.Command[] {
    const training = this.trainings.running.findLast((each) => each.entry === entry);
    const open: vscode.Command = {
      title: vscode.l10n.t('$(graph) Open panel'),
      command: COMMANDS.openPanel,
      arguments: [training?.folder ?? run?.folder],
    };
    if (training !== undefined) {
      const title = vscode.l10n.t('$(debug-stop) Stop ({0})', headline(training.progress));
      return [{ title, command: COMMANDS.stopTraining, arguments: [training.folder] }, open];
    }
    const train: vscode.Command = {
      title:
        entry === document.fileName
          ? vscode.l10n.t('$(play) Train')
          : vscode.l10n.t('$(play) Train {0}', path.basename(entry)),
      command: COMMANDS.trainActiveFile,
      arguments: [vscode.Uri.file(entry)],
    };
    if (run?.run.header == null) {
      return [train, open];
    }
    return [
      train,
      open,
      { title: resultText(run.run, run.state), command: COMMANDS.openPanel, arguments: [run.folder] },
    ];
  }
}

/** The script that a run was of, absolute. */
function entryOf(run: FollowedRun | null): string | null {
  const header = run?.run.header ?? null;
  return header === null ? null : path.resolve(header.cwd, header.entry);
}

/** Where the last run trained, in this file; null where the file was edited since, or another file holds the calls. */
async function linesOfRun(document: vscode.TextDocument, { run }: FollowedRun): Promise<number[] | null> {
  const { header, plan, graph } = run;
  if (header === null || document.isDirty) {
    return null;
  }
  const { mtimeMs } = await stat(document.fileName);
  const positions = [plan?.position, ...(graph?.objectives ?? []).map(({ position }) => position)].filter(
    (position): position is SourcePosition => position != null && fileOf(header.cwd, position) === document.fileName,
  );
  return positions.length === 0 || mtimeMs > new Date(header.time).getTime()
    ? null
    : distinct(positions.map(({ line }) => Math.min(document.lineCount, line) - 1));
}

function distinct(lines: readonly number[]): number[] {
  return [...new Set(lines)].sort((a, b) => a - b);
}
