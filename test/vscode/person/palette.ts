import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { recordFaults } from '../../recordSchema.ts';
import { test } from '../runner.ts';
import { endOf, firstStepOf, newRun, recordText, runFolders } from '../runs.ts';
import { notification, openFile, runCommand, type Outside } from './window.ts';

export function trainFromThePalette({ folder }: Outside, window: () => Promise<Page>): void {
  test('a script that throws: the message says what happened, and where', async () => {
    const page = await window();
    const before = runFolders(folder);
    await openFile(page, 'own/throws.mjs');
    await runCommand(page, 'MTL: Train Active File');
    await newRun(folder, before, 'own/throws.mjs');
    const message = await notification(page, /the data ran out/);
    assert.match(await message.innerText(), /throws\.mjs/);
  });

  test('a training is shown as a notification, and stopped from the palette', async () => {
    const page = await window();
    const before = runFolders(folder);
    await openFile(page, 'own/long.mjs');
    await runCommand(page, 'MTL: Train Active File');
    const run = await newRun(folder, before, 'own/long.mjs');
    await firstStepOf(run);
    await notification(page, /Training long\.mjs/);
    await runCommand(page, 'MTL: Stop Training');
    assert.equal((await endOf(run)).state, 'cancelled');
    assert.deepEqual(recordFaults(recordText(run)), []);
    await notification(page, /long\.mjs was stopped/);
  });
}
