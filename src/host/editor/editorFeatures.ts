import * as vscode from 'vscode';
import { isScript } from '../../launch/trainingChoices.ts';
import type { Runs } from '../runs/runs.ts';
import type { Trainings } from '../training/trainings.ts';
import { Diagnostics } from './diagnostics.ts';
import { FindingActions } from './findingActions.ts';
import { LastRuns } from './lastRuns.ts';
import { TrainingLens } from './trainingLens.ts';

const selector: vscode.DocumentSelector = ['javascript', 'typescript'].map((language) => ({
  language,
  scheme: 'file',
}));

/** What the editor shows of the newest runs: underlines, and lenses above the calls that train. */
export function editorFeatures(
  extensionUri: vscode.Uri,
  log: vscode.LogOutputChannel,
  runs: Runs,
  trainings: Trainings,
): vscode.Disposable {
  const typescript = vscode.Uri.joinPath(extensionUri, 'dist', 'trainer', 'typescript.cjs').fsPath;
  const documentation = vscode.Uri.joinPath(extensionUri, 'docs', 'findings');
  const lastRuns = new LastRuns(runs);
  const lens = new TrainingLens(lastRuns, trainings, typescript);
  const look = (document: vscode.TextDocument): void => {
    if (document.uri.scheme === 'file' && isScript(document.fileName)) {
      lastRuns.of(document.fileName);
    }
  };
  vscode.window.visibleTextEditors.forEach(({ document }) => look(document));
  return vscode.Disposable.from(
    lastRuns,
    lens,
    new Diagnostics(lastRuns, log, typescript, documentation),
    vscode.languages.registerCodeLensProvider(selector, lens),
    vscode.languages.registerCodeActionsProvider(selector, new FindingActions(typescript, documentation), {
      providedCodeActionKinds: FindingActions.kinds,
    }),
    vscode.workspace.onDidOpenTextDocument(look),
    trainings.recordings.listen(({ training }) => void lastRuns.of(training.entry)),
  );
}
