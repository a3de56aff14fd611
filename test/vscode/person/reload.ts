import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { test } from '../runner.ts';
import { endOf, newRun, runFolders } from '../runs.ts';
import { openFile, runCommand, webview, type Outside } from './window.ts';

export function reloadTheWindow({ folder, open }: Outside): void {
  test('after a reload, panels show their runs as they were looked at; of a deleted run, that it is gone', async () => {
    // A window of its own: its layout is as at first.
    const { page } = await open();
    const kept = await trained(page, folder, 'own/two.mjs');
    const table = () => webview(page).locator('#losses .table');
    assert.equal(await table().count(), 0);
    await webview(page).locator('.card .controls vscode-checkbox').first().click();
    await table().waitFor();
    // Else the script opens where the panel is, and the next panel in a column of its own.
    await runCommand(page, 'View: Focus First Editor Group');
    const gone = await trained(page, folder, 'own/one.mjs');
    const tab = (name: string) => page.locator('.tab', { hasText: `MTL: ${name}` });
    assert.equal(await page.locator('.tab', { hasText: 'MTL: ' }).count(), 2, 'one panel for each run');
    await webview(page).locator(`h1[title="${gone}"]`).waitFor();
    rmSync(gone, { recursive: true });
    const reloaded = page.waitForEvent('load');
    await runCommand(page, 'Developer: Reload Window');
    await reloaded;
    await webview(page).getByText('This run cannot be shown').waitFor();
    await webview(page).getByText('its record is not there any more').waitFor();
    await tab('two.mjs').click();
    await webview(page).locator(`h1[title="${kept}"]`).waitFor();
    await table().waitFor();
    await page.close();
  }, 120);
}

async function trained(page: Page, workspace: string, file: string): Promise<string> {
  const before = runFolders(workspace);
  await openFile(page, file);
  await runCommand(page, 'MTL: Train Active File');
  const run = await newRun(workspace, before, file);
  assert.equal((await endOf(run)).state, 'finished');
  await webview(page).locator(`h1[title="${run}"]`).waitFor();
  return run;
}
