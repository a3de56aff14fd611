import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { GraphLine } from '../../../src/core/run/record.ts';
import { recordFaults } from '../../recordSchema.ts';
import { runRegistered, test } from '../runner.ts';
import { endOf, newRun, recordLines, recordText, runFolders } from '../runs.ts';
import { openFile, pick, runCommand, webview, type Outside } from './window.ts';

/** What the launcher calls, with the package installed and an empty folder open; returns the exit code. */
export async function run({ open, folder, photograph }: Outside): Promise<number> {
  /** Its runs lie beside the script: there is no package.json. */
  const feed = path.join(folder, 'mtl-examples', 'feed');
  let opened: Promise<Page> | undefined;
  const window = (): Promise<Page> => (opened ??= open().then(({ page }) => page));

  test('an example is copied into a workspace that has nothing, and trains on wasm', async () => {
    const page = await window();
    await runCommand(page, 'MTL: Copy an Example into the Workspace');
    await pick(page, 'feed');
    await page.locator('.tab.active[data-resource-name="train.mjs"]').waitFor();
    assert.ok(existsSync(path.join(feed, 'train.mjs')));
    await trained(page, feed, 'train.mjs');
    const panel = webview(page);
    await panel.getByText('finished', { exact: false }).first().waitFor();
    assert.ok((await panel.locator('tr[data-task]').count()) >= 2, 'the panel shows the tasks');
  }, 180);

  test("the cut of the feed example's own loop is underlined, and the next problem leads to it", async () => {
    const page = await window();
    // The example's fault, switched on in the copy.
    const script = path.join(feed, 'loop.mjs');
    const faulty = readFileSync(script, 'utf8')
      .replace("type: 'boolean', default: false", "type: 'boolean', default: true")
      .replace("default: '12'", "default: '1'");
    writeFileSync(script, faulty);
    await openFile(page, 'mtl-examples/feed/loop.mjs');
    const run = await trained(page, feed, 'loop.mjs');
    const graph = recordLines(run).findLast((line): line is GraphLine => line.type === 'graph');
    const position = graph?.cuts[0]?.position;
    assert.ok(position);
    await openFile(page, 'mtl-examples/feed/loop.mjs');
    await page.keyboard.press('F8');
    await page.locator('.statusbar-item', { hasText: `Ln ${position.line}, ` }).waitFor();
    await page.locator('.monaco-editor .squiggly-warning').first().waitFor();
  }, 120);
  return (await runRegistered(photograph)) > 0 ? 1 : 0;
}

/** Trains the active file and holds its record against what a record must be; returns the run's folder. */
async function trained(page: Page, cwd: string, file: string): Promise<string> {
  const before = runFolders(cwd);
  await runCommand(page, 'MTL: Train Active File');
  const run = await newRun(cwd, before, file);
  assert.equal((await endOf(run)).state, 'finished');
  assert.deepEqual(recordFaults(recordText(run)), []);
  const [header] = recordLines(run);
  assert.ok(header?.type === 'header');
  assert.equal(header.backend.name, 'wasm');
  return run;
}
