import * as vscode from 'vscode';
import type { RunSummary } from '../runs/readSummary.ts';
import { item } from './chooseRun.ts';

/** Lets the user tick some of the runs, `ticked` to begin with. Null where they gave it up. */
export async function chooseRuns(
  runs: readonly RunSummary[],
  ticked: RunSummary | null,
  { least, most }: { readonly least: number; readonly most: number },
): Promise<RunSummary[] | null> {
  const items = runs.map((run) => ({ ...item(run), run }));
  const pick = vscode.window.createQuickPick<(typeof items)[number]>();
  pick.title =
    least === 1
      ? vscode.l10n.t('Compare with which runs? Tick {0} to {1}', least, most)
      : vscode.l10n.t('Compare which runs? Tick {0} to {1}', least, most);
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.items = items;
  pick.selectedItems = items.filter(({ run }) => run === ticked);
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const chosen = pick.selectedItems.map(({ run }) => run);
      if (chosen.length >= least && chosen.length <= most) {
        resolve(chosen);
        pick.hide();
      } else {
        // The list stays open: what is ticked already is not lost.
        pick.title = vscode.l10n.t('{0} ticked: tick {1} to {2} runs to compare', chosen.length, least, most);
      }
    });
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
    pick.show();
  });
}
