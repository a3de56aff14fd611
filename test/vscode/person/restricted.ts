import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { healthy, recordText } from '../../sampleRecord.ts';
import { runRegistered, test } from '../runner.ts';
import { endOf, newRun, runFolders } from '../runs.ts';
import { notification, openFile, runCommand, runsView, webview, type Outside } from './window.ts';

/** What the launcher calls for a folder that is not trusted; returns the exit code. */
export async function run({ open, folder, photograph }: Outside): Promise<number> {
  let page: Page;
  const recorded = path.join(folder, '.mtl', 'runs', '2026-03-04T05-06-07-feed');

  test('a folder that is not trusted: training is refused, and the message says why', async () => {
    mkdirSync(recorded, { recursive: true });
    writeFileSync(path.join(recorded, 'record.jsonl'), recordText(healthy));
    ({ page } = await open());
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await openFile(page, 'own/one.mjs');
    await runCommand(page, 'MTL: Train Active File');
    const message = await notification(page, /trust/i);
    assert.match(await message.innerText(), /Training runs the code of this workspace/);
    assert.deepEqual(runFolders(folder), [recorded]);
  });

  test('in a folder that is not trusted, recorded runs open all the same', async () => {
    await (await runsView(page)).locator('.monaco-list-row', { hasText: 'feed.ts' }).click();
    await webview(page).locator(`h1[title="${recorded}"]`).waitFor();
    await webview(page).getByText('finished').first().waitFor();
  });

  test('once the folder is trusted, its scripts are trained', async () => {
    const message = await notification(page, /Training runs the code of this workspace/);
    await message.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ state: 'detached' });
    await openFile(page, 'own/one.mjs');
    await runCommand(page, 'MTL: Train Active File');
    const run = await newRun(folder, [recorded], 'own/one.mjs');
    assert.equal((await endOf(run)).state, 'finished');
  });
  return (await runRegistered(photograph)) > 0 ? 1 : 0;
}
