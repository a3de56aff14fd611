import * as vscode from 'vscode';
import { MOST_RUNS } from '../../core/report/compare/comparedRun.ts';
import { COMMANDS } from '../names.ts';
import type { Comparisons } from '../panel/comparisons.ts';
import type { RunSummary } from '../runs/readSummary.ts';
import type { Runs } from '../runs/runs.ts';
import { folderOf } from './chooseRun.ts';
import { chooseRuns } from './chooseRuns.ts';

/**
 * *Compare Runs…*: those that are selected in the tree, the one that it was called on with others, or those that the user
 * ticks. The oldest is the reference, whatever the order in which they were chosen.
 */
export async function compareRuns(runs: Runs, comparisons: Comparisons, on: unknown, selected: unknown): Promise<void> {
  await runs.refresh();
  const readable = runs.list.filter(({ state }) => state !== 'unreadable');
  if (readable.length < 2) {
    await tellTooFew(readable.length);
    return;
  }
  const among = (folders: readonly (string | null)[]): RunSummary[] =>
    readable.filter(({ folder }) => folders.includes(folder));
  const inTree = among(Array.isArray(selected) ? selected.map(folderOf) : []);
  const chosen = inTree.length > 1 ? inTree : await choose(readable, among([folderOf(on)])[0] ?? null);
  if (chosen === null) {
    return;
  }
  if (chosen.length > MOST_RUNS) {
    const message = vscode.l10n.t(
      '{0} runs are selected, and {1} can be compared at most. Select fewer.',
      chosen.length,
      MOST_RUNS,
    );
    void vscode.window.showInformationMessage(message);
    return;
  }
  const byTime = (a: RunSummary, b: RunSummary): number =>
    (a.time ?? '').localeCompare(b.time ?? '') || a.name.localeCompare(b.name);
  comparisons.show(chosen.toSorted(byTime).map(({ folder }) => folder));
}

/** With one run given, the others; else all of them, the newest of the active file ticked. Null where nothing was chosen. */
async function choose(runs: readonly RunSummary[], given: RunSummary | null): Promise<RunSummary[] | null> {
  if (given !== null) {
    const others = runs.filter((run) => run !== given);
    const chosen = await chooseRuns(others, null, { least: 1, most: MOST_RUNS - 1 });
    return chosen === null ? null : [given, ...chosen];
  }
  const active = vscode.window.activeTextEditor?.document.uri.fsPath;
  const newest = runs.find(({ entry }) => entry !== null && entry === active) ?? null;
  return chooseRuns(runs, newest, { least: 2, most: MOST_RUNS });
}

async function tellTooFew(count: number): Promise<void> {
  const train = vscode.l10n.t('Train Active File');
  const message =
    count === 0
      ? vscode.l10n.t('There is no recorded run to compare. Train a script, change something, and train it again.')
      : vscode.l10n.t('There is only one recorded run. Change something, train the script again, and compare the two.');
  if ((await vscode.window.showInformationMessage(message, train)) === train) {
    await vscode.commands.executeCommand(COMMANDS.trainActiveFile);
  }
}
