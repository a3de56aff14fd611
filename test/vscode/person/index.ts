import type { Page } from 'playwright-core';
import { runRegistered } from '../runner.ts';
import { endWhatTrains } from '../runs.ts';
import { useTheCommands } from './commands.ts';
import { compareTheRuns } from './compare.ts';
import { trainDocuments } from './documents.ts';
import { openNothing } from './empty.ts';
import { workInTwoFolders } from './folders.ts';
import { surviveWhatHappens } from './lifetime.ts';
import { trainFromThePalette } from './palette.ts';
import { readThePanel } from './panel.ts';
import { reloadTheWindow } from './reload.ts';
import { useTheRunTree } from './runTree.ts';
import type { Outside } from './window.ts';

/** What the launcher calls; returns the exit code. */
export async function run(outside: Outside): Promise<number> {
  let opened: Promise<Page> | undefined;
  /** One window for all of these tests. */
  const window = (): Promise<Page> => (opened ??= outside.open().then(({ page }) => page));
  // One compares before there are runs, and the last asks whether any of all this was an error that nobody handled.
  const first = [compareTheRuns, readThePanel, trainFromThePalette, trainDocuments, useTheRunTree, useTheCommands];
  for (const register of [...first, reloadTheWindow, workInTwoFolders, openNothing, surviveWhatHappens]) {
    register(outside, window);
  }
  return (await runRegistered(async (name) => {
    await outside.photograph(name);
    endWhatTrains(outside.folder);
  })) > 0
    ? 1
    : 0;
}
