import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { RECORD_FILE } from '../core/run/record.ts';
import type { Panels } from './panel/panels.ts';
import { readSummary } from './runs/readSummary.ts';
import type { Runs } from './runs/runs.ts';

/** Holds the folder of a run, absolute, that whoever starts VS Code wants to see. */
const VARIABLE = 'MTL_DEBUGGER_SHOW_RUN';
const SHOWN = 'shownRun';

/** Shows the run that the environment names, beside its script; once, so that a reload brings back what the user made of it. */
export async function showRunOfEnvironment(runs: Runs, panels: Panels, state: vscode.Memento): Promise<void> {
  const folder = process.env[VARIABLE];
  if (folder === undefined || !path.isAbsolute(folder) || state.get(SHOWN) === folder) {
    return;
  }
  await state.update(SHOWN, folder);
  runs.know(path.dirname(folder));
  const { entry } = await readSummary(folder);
  if (entry !== null && existsSync(entry)) {
    await vscode.window.showTextDocument(vscode.Uri.file(entry), { preview: false });
  }
  if (existsSync(path.join(folder, RECORD_FILE))) {
    panels.show(folder, true);
  } else {
    const message = vscode.l10n.t(
      '{0} is not the folder of a run: there is no {1} in it. Runs lie in .mtl/runs.',
      folder,
      RECORD_FILE,
    );
    void vscode.window.showErrorMessage(message);
  }
}
