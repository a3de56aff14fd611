import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { recordFaults } from '../../recordSchema.ts';
import { test } from '../runner.ts';
import { endOf, newRun, recordText, runFolders } from '../runs.ts';
import { notification, openFile, runCommand, type Outside } from './window.ts';

export function trainFromThePalette({ open, folder }: Outside): void {
  let opened: Promise<Page> | undefined;
  /** One window for all of these tests. */
  const window = (): Promise<Page> => (opened ??= open().then(({ page }) => page));

  test('penguins, trained from the palette', async () => {
    const page = await window();

    await openFile(page, 'penguins/train.mjs');
    await runCommand(page, 'MTL: Train Active File');
    const run = await newRun(folder, [], 'penguins/train.mjs');
    assert.equal((await endOf(run)).state, 'finished');
    assert.deepEqual(recordFaults(recordText(run)), []);
  });

  test('a script that throws says what happened, and where', async () => {
    const page = await window();
    const before = runFolders(folder);
    await openFile(page, 'own/throws.mjs');
    await runCommand(page, 'MTL: Train Active File');
    await newRun(folder, before, 'own/throws.mjs');
    const message = await notification(page, /the data ran out/);
    assert.match(await message.innerText(), /throws\.mjs/);
  });
}
