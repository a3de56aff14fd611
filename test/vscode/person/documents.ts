import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { eventually, test } from '../runner.ts';
import { endOf, newRun, runFolders } from '../runs.ts';
import {
  answer,
  closeEverything,
  enterPath,
  notification,
  openFile,
  pathDialog,
  pickInMenuOf,
  runCommand,
  type Outside,
} from './window.ts';

export function trainDocuments({ folder }: Outside, window: () => Promise<Page>): void {
  test('a script without a name: trained once it has one, and not trained where the user gives none', async () => {
    const page = await window();
    const before = runFolders(folder);
    await closeEverything(page);
    await openFile(page, 'own/one.mjs');
    await runCommand(page, 'Companion: New Script without a Name');
    await page.locator('.tab.active', { hasText: 'Untitled' }).waitFor();
    await runCommand(page, 'MTL: Train Active File');
    await pathDialog(page);
    await page.keyboard.press('Escape');
    await notification(page, 'Nothing was trained: the file was not saved.');
    assert.deepEqual(runFolders(folder), before);

    await runCommand(page, 'MTL: Train Active File');
    await enterPath(page, path.join(folder, 'own', 'named.mjs'));
    const run = await newRun(folder, before, 'own/named.mjs');
    assert.equal((await endOf(run)).state, 'finished');
    await page.locator('.tab[aria-label="named.mjs"]').waitFor();
  });

  test('a script that cannot be saved is not trained, and the message names it', async () => {
    const page = await window();
    const before = runFolders(folder);
    await openFile(page, 'own/failing/failing.mjs');
    // Its folder is now a file.
    rmSync(path.join(folder, 'own', 'failing'), { recursive: true });
    writeFileSync(path.join(folder, 'own', 'failing'), '');
    await page.locator('.editor-instance:visible .view-lines').first().click();
    await page.keyboard.type('// edited');
    await runCommand(page, 'MTL: Train Active File');
    await notification(page, 'Nothing was trained: failing.mjs could not be saved.');
    assert.deepEqual(runFolders(folder), before);
    rmSync(path.join(folder, 'own', 'failing'));
    await page.keyboard.press('Control+S');
    await eventually('the file, now that it can be saved', () =>
      existsSync(path.join(folder, 'own', 'failing', 'failing.mjs')),
    );
  });

  test('a script of a virtual workspace: the message says why it cannot be trained', async () => {
    const page = await window();
    await runCommand(page, 'Companion: Open a Script without a Disk');
    await page.locator('.tab.active', { hasText: 'train.mjs' }).first().waitFor();
    await runCommand(page, 'MTL: Train Active File');
    const message = await notification(page, /virtual workspace/);
    assert.match(await message.innerText(), /memfs:.*not on a disk/s);
  });

  test('several files selected in the explorer are trained at once, after a question', async () => {
    const page = await window();
    const before = runFolders(folder);
    const row = (name: string) => page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`);
    await openFile(page, 'own/one.mjs');
    await runCommand(page, 'File: Reveal Active File in Explorer View');
    await row('one.mjs').click();
    await row('two.mjs').click({ modifiers: ['Control'] });
    await pickInMenuOf(row('two.mjs'), 'Train Active File');
    assert.match(await answer(page, 'Cancel'), /Train 2 scripts at once\?/);
    assert.deepEqual(runFolders(folder), before);

    await pickInMenuOf(row('two.mjs'), 'Train Active File');
    await answer(page, 'Train All');
    const runs = [await newRun(folder, before, 'own/one.mjs'), await newRun(folder, before, 'own/two.mjs')];
    const ends = await Promise.all(runs.map(endOf));
    assert.deepEqual(
      ends.map(({ state }) => state),
      ['finished', 'finished'],
    );
    await eventually('both runs and no other', () => runFolders(folder).length === before.length + 2);
  });
}
