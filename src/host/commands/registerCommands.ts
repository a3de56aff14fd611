import * as vscode from 'vscode';
import { COMMANDS } from '../names.ts';
import type { Comparisons } from '../panel/comparisons.ts';
import type { Panels } from '../panel/panels.ts';
import type { Runs } from '../runs/runs.ts';
import type { Trainings } from '../training/trainings.ts';
import { chooseRun, folderOf } from './chooseRun.ts';
import { compareRuns } from './compareRuns.ts';
import { copyExample } from './copyExample.ts';
import { deleteRun } from './deleteRun.ts';
import { selectBackend } from './selectBackend.ts';
import { setUpNative } from './setUpNative.ts';
import { stopTraining } from './stopTraining.ts';
import { trainActiveFile } from './trainActiveFile.ts';

export interface Services {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  readonly trainings: Trainings;
  readonly panels: Panels;
  readonly comparisons: Comparisons;
}

/** Binds every command of the manifest. */
export function registerCommands({
  extensionUri,
  log,
  runs,
  trainings,
  panels,
  comparisons,
}: Services): vscode.Disposable {
  const commands: Record<keyof typeof COMMANDS, (on: unknown, selected: unknown) => unknown> = {
    trainActiveFile: (on, selected) => trainActiveFile(trainings, log, { on, selected, debug: false }),
    debugActiveFile: (on, selected) => trainActiveFile(trainings, log, { on, selected, debug: true }),
    stopTraining: (on) => stopTraining(trainings, on ?? panels.activeFolder),
    openPanel: async (on) => panels.show(folderOf(on) ?? trainings.running.at(-1)?.folder ?? (await newestRun(runs))),
    openRun: async (on) => {
      const folder = folderOf(on) ?? (await chooseRun(runs, vscode.l10n.t('Run to open'), true));
      if (folder !== null) {
        panels.show(folder);
      }
    },
    compareRuns: (on, selected) => compareRuns(runs, comparisons, on, selected),
    deleteRun: (on) => deleteRun(runs, [panels, comparisons], on),
    refreshRuns: () => runs.refresh(),
    selectBackend,
    setUpNative: () => setUpNative(extensionUri, log),
    showLog: () => log.show(),
    showOutput: async (on) => {
      if (!(await trainings.showOutput(folderOf(on)))) {
        log.show();
      }
    },
    copyExample: () => copyExample(extensionUri),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(COMMANDS[name as keyof typeof COMMANDS], run),
    ),
  );
}

async function newestRun(runs: Runs): Promise<string | null> {
  return (await runs.refresh())[0]?.folder ?? null;
}
