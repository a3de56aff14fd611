import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { healthy, recordText } from '../../sampleRecord.ts';
import { eventually, test } from '../runner.ts';
import { endOf, newRun, runFolders } from '../runs.ts';
import {
  answer,
  closeEverything,
  enterPath,
  notification,
  openFile,
  pick,
  runCommand,
  webview,
  type Outside,
} from './window.ts';

/** Every one of them has a `train.mjs`, which opens. */
const examples = ['experts', 'feed', 'gan', 'kendall', 'penguins', 'rates'];

export function useTheCommands({ folder }: Outside, window: () => Promise<Page>): void {
  test('Select Backend writes the setting of the workspace', async () => {
    const page = await window();
    const file = path.join(folder, '.vscode', 'settings.json');
    await openFile(page, 'own/one.mjs');
    for (const backend of ['cpu', 'auto']) {
      await runCommand(page, 'MTL: Select Backend');
      await pick(page, new RegExp(`^${backend}`));
      await eventually(
        `the backend ${backend} in the settings`,
        () => existsSync(file) && readFileSync(file, 'utf8').includes(`"mtlDebugger.backend": "${backend}"`),
      );
    }
  });

  test('Set Up Native Backend says size, source and place first, and does nothing where one would not', async () => {
    const page = await window();
    await runCommand(page, 'MTL: Set Up Native Backend');
    const asked = await answer(page, 'Cancel');
    assert.match(asked, /native backend \(tfjs-node, TensorFlow itself\)/);
    assert.match(asked, /\d{3} MB are fetched from the Python package index that pip is configured for/);
    const [, place = ''] = /stay on the disk, in (\S*no-native-backend)/.exec(asked) ?? [];
    assert.notEqual(place, '');
    assert.equal(existsSync(place), false);
  });

  test('an example is copied with its data, opened and trained; where its name is taken, under the next', async () => {
    const page = await window();
    await closeEverything(page);
    const copies = path.join(folder, 'mtl-examples');
    await runCommand(page, 'MTL: Copy an Example into the Workspace');
    for (const name of examples) {
      await page.locator('.quick-input-list .monaco-list-row', { hasText: new RegExp(`^${name}`) }).waitFor();
    }
    await pick(page, /^feed/);
    await eventually('the copy', () => existsSync(path.join(copies, 'feed', 'data.mjs')));
    // Its editor would close a list that is opened before it.
    await page.locator('.tab.active[data-resource-name="train.mjs"]').waitFor();
    await runCommand(page, 'MTL: Copy an Example into the Workspace');
    await pick(page, /^feed/);
    await page.locator('.breadcrumbs-control', { hasText: 'feed-2' }).first().waitFor();
    assert.deepEqual(readdirSync(copies).sort(), ['feed', 'feed-2']);
    const before = runFolders(folder);
    await runCommand(page, 'MTL: Train Active File');
    const run = await newRun(folder, before, 'feed-2/train.mjs');
    assert.equal((await endOf(run)).state, 'finished');
  });

  test('a run outside the workspace is opened by its folder; a folder that is none is refused with a reason', async () => {
    const page = await window();
    const elsewhere = path.join(`${folder}-two`, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, 'record.jsonl'), recordText(healthy));
    await runCommand(page, 'MTL: Open Run…');
    await pick(page, 'Another folder');
    await enterPath(page, `${elsewhere}/`);
    await webview(page).locator(`h1[title="${elsewhere}"]`).waitFor();
    await page.locator('.tab.active', { hasText: 'MTL: feed.ts' }).waitFor();

    await runCommand(page, 'MTL: Open Run…');
    await pick(page, 'Another folder');
    await enterPath(page, `${path.join(folder, 'own')}/`);
    await notification(page, /own is not the folder of a run/);
  });

  test('the log and the output of a script are shown', async () => {
    const page = await window();
    const panel = page.locator('.part.panel');
    const shows = (channel: RegExp) =>
      eventually(`the output ${String(channel)}`, async () =>
        (await panel.locator('select option:checked').allTextContents()).some((name) => channel.test(name)),
      );
    // What stands in a channel is not drawn by a VS Code without its native parts; which channel it is, is.
    await runCommand(page, 'MTL: Show Log');
    await shows(/^MTL Debugger$/);
    const before = runFolders(folder);
    await openFile(page, 'own/one.mjs');
    await runCommand(page, 'MTL: Train Active File');
    await endOf(await newRun(folder, before, 'own/one.mjs'));
    await runCommand(page, 'MTL: Show Output of the Script');
    await shows(/^MTL: one\.mjs \(\d+\)$/);
    await runCommand(page, 'View: Toggle Panel Visibility');
  });
}
