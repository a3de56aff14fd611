import assert from 'node:assert/strict';
import { runRegistered, test } from '../runner.ts';
import { runFolders } from '../runs.ts';
import { notification, openFile, runCommand, type Outside } from './window.ts';

/** What the launcher calls for a folder that is not trusted; returns the exit code. */
export async function run({ open, folder, photograph }: Outside): Promise<number> {
  test('a folder that is not trusted: training is refused, and the message says why', async () => {
    const { page } = await open();
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await openFile(page, 'own/one.mjs');
    await runCommand(page, 'MTL: Train Active File');
    await notification(page, /trust/i);
    assert.deepEqual(runFolders(folder), []);
  });
  return (await runRegistered(photograph)) > 0 ? 1 : 0;
}
