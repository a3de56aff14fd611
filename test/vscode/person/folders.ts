import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { eventually, test } from '../runner.ts';
import { endOf, newRun, recordLines, runFolders } from '../runs.ts';
import { openFile, pick, runCommand, runsView, type Outside } from './window.ts';

export function workInTwoFolders({ folder, open }: Outside): void {
  const home = `${folder}-two`;
  const sides = [
    { side: 'left', cwd: 'left', seed: 11, backend: 'cpu', seen: {} },
    { side: 'right', cwd: path.join('right', 'inner'), seed: 22, backend: 'wasm', seen: { CHOSEN: 'right' } },
  ];

  test('of two folders in one workspace, each has its own settings, and the tree has the runs of both', async () => {
    const { page } = await open({ folder: path.join(home, 'two.code-workspace') });
    await eventually('the folders of the workspace', async () => {
      const shown = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'left' });
      // On a busy machine the window may read its file before it is connected, and then shows no folder at all.
      const there = await shown.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
      return there || (await page.reload().then(() => false));
    });
    for (const { side, cwd, seed, backend, seen } of sides) {
      const at = path.join(home, cwd);
      await openFile(page, `${side}.mjs`);
      await runCommand(page, 'MTL: Train Active File');
      const run = await newRun(at, runFolders(at).slice(0, 0), `${side}.mjs`);
      assert.equal((await endOf(run)).state, 'finished');
      const [header] = recordLines(run);
      assert.ok(header?.type === 'header');
      assert.deepEqual(
        { seed: header.seed, args: header.args, backend: header.backend.asked, cwd: header.cwd },
        { seed, args: [`--${side}`], backend, cwd: at },
      );
      assert.deepEqual(JSON.parse(readFileSync(path.join(home, side, 'seen.json'), 'utf8')), {
        args: [`--${side}`],
        cwd: at,
        SIDE: side,
        ...seen,
      });
    }
    const rows = (await runsView(page)).locator('.monaco-list-row');
    for (const { side } of sides) {
      await rows
        .filter({ hasText: `${side}.mjs` })
        .first()
        .waitFor();
    }

    await runCommand(page, 'MTL: Copy an Example into the Workspace');
    await pick(page, 'left');
    await pick(page, 'gan');
    await eventually('the copy in the folder that was chosen', () =>
      existsSync(path.join(home, 'left', 'mtl-examples', 'gan', 'train.mjs')),
    );
    assert.ok(!existsSync(path.join(home, 'right', 'mtl-examples')));

    await page.locator('.tab.active[aria-label^="train.mjs"]').first().waitFor();
    await openFile(page, 'right.mjs');
    await runCommand(page, 'MTL: Select Backend');
    await pick(page, 'asWritten');
    const settings = (side: string): string => readFileSync(path.join(home, side, '.vscode', 'settings.json'), 'utf8');
    await eventually('the setting in the folder of the active file', () => settings('right').includes('asWritten'));
    assert.ok(!settings('left').includes('asWritten'));
    await page.close();
  }, 120);
}
