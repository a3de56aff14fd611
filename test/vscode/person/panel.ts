import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { formatNumber } from '../../../src/core/report/format.ts';
import type { GraphLine, RecordLine, RecordedNumber, StepLine, WindowLine } from '../../../src/core/run/record.ts';
import { eventually, test } from '../runner.ts';
import { endOf, newRun, recordLines, runFolders } from '../runs.ts';
import { closeEverything, notification, openFile, runCommand, webview, type Outside } from './window.ts';

export function readThePanel({ folder }: Outside, window: () => Promise<Page>): void {
  test('the panel shows the trained run, and its figures are those of the record', async () => {
    const page = await window();
    const run = await trained(page, folder, 'penguins/train.mjs');
    await runCommand(page, 'MTL: Open Panel');
    const panel = webview(page);
    const { graph, losses, norms } = lastFigures(recordLines(run));
    assert.deepEqual([losses.length, graph.paths.length], [2, 6], 'two tasks, a trunk and two towers');
    assert.ok(norms.length >= 2, 'each task trains at least its tower');
    await panel.getByText('finished', { exact: false }).first().waitFor();
    for (const { term, raw } of losses) {
      await hasText(panel, `[data-task="${term}"] > [data-name="Loss"]`, formatNumber(raw));
    }
    for (const { task, group, norm } of norms) {
      await hasText(panel, `.heatmap [data-task="${task}"][data-group="${group}"] .norm`, formatNumber(norm));
    }
    for (const { task, group, state } of graph.paths) {
      const cell = panel.locator(`.heatmap [data-task="${task}"][data-group="${group}"]`);
      assert.equal(await cell.getAttribute('data-state'), state, `${task} and ${group}`);
    }
    assert.equal(graph.terms.length, await panel.locator('tr[data-task] > [data-name="Loss"]').count());
  });

  test('a click on the finding at the top of the panel leads to its line', async () => {
    const page = await window();
    const run = await trained(page, folder, 'detached/loop.mjs');
    await runCommand(page, 'MTL: Open Panel');
    const panel = webview(page);
    await panel.locator('.lead vscode-button').first().click();
    const { graph } = lastFigures(recordLines(run));
    const position = graph.cuts[0]?.position;
    assert.ok(position);
    await page.locator('.statusbar-item', { hasText: `Ln ${position.line}, Col ${position.column}` }).waitFor();
  });

  test('findings of a running training come into its panel without a reload; ignored there, they go', async () => {
    const page = await window();
    await closeEverything(page);
    const file = path.join(folder, 'own', 'later', 'cut-later.mjs');
    const before = runFolders(folder);
    await openFile(page, 'own/later/cut-later.mjs');
    await runCommand(page, 'MTL: Train Active File');
    const run = await newRun(folder, before, 'cut-later.mjs');
    const panel = webview(page);
    // A page that is only just there may still be replaced by VS Code.
    // What is no more than a note may be there already.
    await panel
      .locator('.nothing-found', { hasText: /Nothing found( that harms the training)? up to step \d[\d,]+/ })
      .waitFor();
    // Another one after a reload.
    const loadedAt = (): Promise<number> => panel.locator('body').evaluate(() => performance.timeOrigin);
    const loaded = await loadedAt();
    writeFileSync(path.join(path.dirname(file), 'now'), '');
    await panel.locator('.lead h3', { hasText: 'right is cut from' }).waitFor();
    assert.equal(await loadedAt(), loaded);
    assert.match(await panel.locator('.head .state').innerText(), /training/);

    await panel.getByText('Ignore in this file').click();
    await notification(page, /detach is ignored in cut-later\.mjs from now on/);
    assert.match(readFileSync(file, 'utf8'), /^\/\* mtl-debugger-ignore-file detach \*\/\nimport /);
    await panel.locator('.more', { hasText: '1 finding ignored' }).waitFor();
    assert.equal(await panel.locator('.findings', { hasText: 'detach' }).count(), 0);

    await panel.getByText('■ Stop').click();
    assert.equal((await endOf(run)).state, 'cancelled');
    await panel.getByRole('button', { name: 'Why not?' }).click();
    await panel.getByRole('button', { name: 'symmetry, what it looks for' }).click();
    await page.locator('.tab', { hasText: 'symmetry.md' }).waitFor();
    await closeEverything(page);
  }, 120);
}

/** Trains a file from the palette; the run's folder once its record has an end. */
export async function trained(page: Page, workspace: string, file: string): Promise<string> {
  const before = runFolders(workspace);
  await openFile(page, file);
  await runCommand(page, 'MTL: Train Active File');
  const run = await newRun(workspace, before, file);
  assert.equal((await endOf(run)).state, 'finished');
  return run;
}

async function hasText(panel: FrameLocator, selector: string, text: string): Promise<void> {
  let last: string | null = null;
  await eventually(
    `${selector} to be ${text}`,
    async () => {
      last = await panel.locator(selector).first().textContent({ timeout: 10_000 });
      return last?.trim() === text;
    },
    10,
  ).catch((error: unknown) => {
    throw new Error(`${selector}: the record says ${text}, the panel ${last ?? 'nothing'}`, { cause: error });
  });
}

interface Figures {
  readonly graph: GraphLine;
  readonly losses: readonly { readonly term: string; readonly raw: RecordedNumber | null | undefined }[];
  readonly norms: readonly {
    readonly task: string;
    readonly group: string;
    readonly norm: RecordedNumber | undefined;
  }[];
}

/** The newest figures of a run with one objective, read straight from the record's lines. */
function lastFigures(lines: readonly RecordLine[]): Figures {
  const graph = lines.findLast((line): line is GraphLine => line.type === 'graph');
  const step = lines.findLast((line): line is StepLine => line.type === 'step');
  const objective = graph?.objectives.find(({ id }) => id === step?.objective);
  if (graph === undefined || step === undefined || objective === undefined) {
    throw new Error('the record has no observed step');
  }
  // Losses are read at every step: the newest of them stand in the last window.
  const window = lines.findLast((line): line is WindowLine => line.type === 'window');
  const losses = objective.terms.map((term, i) => {
    const raw = window?.loss[i]?.raw ?? undefined;
    return { term, raw: Array.isArray(raw) ? (raw as RecordedNumber[])[4] : (raw as RecordedNumber | undefined) };
  });
  const norms = graph.paths
    .filter(({ state }) => state === 'flows')
    .map(({ task, group }) => {
      const measure = step.groups[group];
      return { task, group, norm: measure?.norm[measure.terms.indexOf(task)] };
    });
  return { graph, losses, norms };
}
