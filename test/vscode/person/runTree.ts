import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { eventually, test } from '../runner.ts';
import { endOf, firstStepOf, newRun, runFolders } from '../runs.ts';
import {
  answer,
  closeEverything,
  openFile,
  pickInMenuOf,
  runCommand,
  runsView,
  webview,
  type Outside,
} from './window.ts';

export function useTheRunTree({ folder }: Outside, window: () => Promise<Page>): void {
  test('the editor has a button that trains, and the tree shows the run, from its start to its end', async () => {
    const page = await window();
    const before = runFolders(folder);
    await closeEverything(page);
    await openFile(page, 'own/lens.mjs');
    await page.locator('.editor-actions [aria-label*="Train Active File"]').first().click();
    const run = await newRun(folder, before, 'own/lens.mjs');
    await firstStepOf(run);
    const row = (await runsView(page)).locator('.monaco-list-row').first();
    // The tasks are known from the first step on.
    await says(row, /^lens\.mjs, running · .*\d.* · left, right/);
    await row.hover();
    await row.locator('[aria-label*="Open Panel"]').click();
    await webview(page).getByText('training', { exact: false }).first().waitFor();

    await row.hover();
    await row.locator('[aria-label*="Stop Training"]').click();
    assert.equal((await endOf(run)).state, 'cancelled');
    await says(row, /^lens\.mjs, cancelled · .*\d.* · left, right/);
    await row.hover();
    assert.equal(await row.locator('[aria-label*="Stop Training"]').count(), 0, 'what is over cannot be stopped');
  });

  test('Stop Training is offered only while something trains', async () => {
    const page = await window();
    await page.keyboard.press('F1');
    await page.keyboard.type('MTL: ');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'MTL: Train Active File' }).waitFor();
    assert.equal(await rows.filter({ hasText: 'MTL: Stop Training' }).count(), 0);
    await page.keyboard.press('Escape');
  });

  test('a run is deleted after a question, its panel closes, and nothing else goes', async () => {
    const page = await window();
    const before = runFolders(folder);
    const view = await runsView(page);
    const row = view.locator('.monaco-list-row', { hasText: 'lens.mjs' }).first();
    const run = before.at(-1)!;
    await row.click();
    await page.locator('.tab', { hasText: 'MTL: lens.mjs' }).waitFor();
    await pickInMenuOf(row, 'Delete Run');
    assert.match(await answer(page, 'Cancel'), /Delete the run of lens\.mjs\?/);
    assert.ok(existsSync(run));

    await pickInMenuOf(row, 'Delete Run');
    await answer(page, 'Delete');
    await eventually('the run to be gone', () => !existsSync(run));
    await page.locator('.tab', { hasText: 'MTL: lens.mjs' }).waitFor({ state: 'detached' });
    assert.deepEqual(runFolders(folder), before.slice(0, -1));
    await eventually('its entry to be gone', async () => (await row.count()) === 0);
  });

  test('a run that others record or delete comes into the tree and goes', async () => {
    const page = await window();
    await runCommand(page, 'MTL: Refresh Runs');
    const rows = (await runsView(page)).locator('.monaco-list-row');
    await eventually('an entry for each run', async () => (await rows.count()) === runFolders(folder).length);
  });
}

async function says(row: Locator, text: RegExp): Promise<void> {
  let last: string | null = null;
  await eventually(`an entry that says ${String(text)}`, async () =>
    text.test((last = await row.getAttribute('aria-label')) ?? ''),
  ).catch((error: unknown) => {
    throw new Error(`the entry says ${last ?? 'nothing'}`, { cause: error });
  });
}
