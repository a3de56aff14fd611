import assert from 'node:assert/strict';
import type { Frame, Page } from 'playwright-core';
import { formatNumber } from '../../../src/core/report/format.ts';
import type { GraphLine, RecordLine, RecordedNumber, StepLine } from '../../../src/core/run/record.ts';
import { eventually, test } from '../runner.ts';
import { recordLines, runFolders } from '../runs.ts';
import { trained } from './panel.ts';
import { notification, runCommand, type Outside } from './window.ts';

/** The first tests of the suite: one of them needs a workspace without runs. */
export function compareTheRuns({ folder }: Outside, window: () => Promise<Page>): void {
  let runs: readonly string[] = [];

  test('without two runs, Compare Runs says what to do', async () => {
    const page = await window();
    assert.deepEqual(runFolders(folder), []);
    await runCommand(page, 'MTL: Compare Runs…');
    await notification(page, /no recorded run to compare\. Train a script, change something/);
  });

  test('Compare Runs shows two runs of the palette beside each other, and its figures are those of the records', async () => {
    const page = await window();
    runs = [await trained(page, folder, 'own/one.mjs'), await trained(page, folder, 'own/two.mjs')];
    await runCommand(page, 'MTL: Compare Runs…');
    const row = (name: string) => page.locator('.quick-input-list .monaco-list-row', { hasText: name });
    // The newest run of the active file is ticked; one more is wanted.
    await row('two.mjs').locator('[aria-checked="true"], input:checked').first().waitFor({ state: 'attached' });
    await row('one.mjs').click();
    await page.keyboard.press('Enter');
    await page.locator('.tab', { hasText: 'MTL: Compare' }).waitFor();
    await hasFigures(page, runs);
    const changes = await (await comparison(page)).locator('#changes tbody th').allInnerTexts();
    assert.deepEqual(changes, ['script', 'text of the script (hash)', 'training steps']);
  });

  test('a comparison is there again after the window was reloaded', async () => {
    const page = await window();
    const loaded = page.waitForEvent('load');
    // VS Code's own way keeps what is open; the browser's loses what was opened last.
    await runCommand(page, 'Developer: Reload Window');
    await loaded;
    await hasFigures(page, runs);
  });

  test('runs that are selected in the tree are compared at once', async () => {
    const page = await window();
    await runCommand(page, 'View: Close All Editors');
    await page.locator('.tab', { hasText: 'MTL: Compare' }).waitFor({ state: 'detached' });
    await runCommand(page, 'View: Show MTL Debugger');
    const entry = (name: string) => page.locator('.sidebar .monaco-list-row', { hasText: name });
    await entry('two.mjs').click();
    await entry('one.mjs').click({ modifiers: ['ControlOrMeta'] });
    await entry('one.mjs').click({ button: 'right' });
    // A click at once after the menu has opened counts as the end of the one that opened it.
    await page.getByRole('menuitem', { name: 'Compare Runs…' }).hover();
    await page.keyboard.press('Enter');
    await hasFigures(page, runs);
    await runCommand(page, 'View: Close All Editors');
  });
}

/** The page that compares, among all that are open. */
function comparison(page: Page): Promise<Frame> {
  return eventually('the page of a comparison', async () => {
    for (const frame of page.frames()) {
      // A frame may go while it is looked at.
      const found = await frame
        .locator('#figures')
        .count()
        .catch(() => 0);
      if (found > 0) {
        return frame;
      }
    }
    return null;
  });
}

/** The oldest run is A; every task's raw losses at the last step that all observed. */
async function hasFigures(page: Page, runs: readonly string[]): Promise<void> {
  const lines = runs.map(recordLines);
  const losses = lines.map(lossesOf);
  const step = Math.max(...[...losses[0]!.keys()].filter((each) => losses.every((of) => of.has(each))));
  const graph = lines[0]!.findLast((line): line is GraphLine => line.type === 'graph');
  assert.equal(graph?.terms.length, 2);
  const frame = await comparison(page);
  for (const [i, { name }] of graph.terms.entries()) {
    for (const [run, letter] of ['A', 'B'].entries()) {
      const wanted = formatNumber(losses[run]!.get(step)?.[i]);
      const cell = frame.locator(`#figures [data-task="${name}"] [data-run="${letter}"] [data-name="At step ${step}"]`);
      await eventually(
        `${wanted} for ${name} in ${letter}`,
        async () => (await cell.textContent())?.trim() === wanted,
        20,
      );
    }
  }
}

function lossesOf(lines: readonly RecordLine[]): Map<number, (RecordedNumber | null)[]> {
  const steps = lines.filter((line): line is StepLine => line.type === 'step');
  return new Map(steps.map(({ step, loss }) => [step, loss.map(({ raw }) => raw)]));
}
