import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphLine, RecordLine } from '../../src/core/run/record.ts';
import { detach, graph, group, header, healthy, step } from '../sampleRecord.ts';
import { findBrowser, launchBrowser, openPanel, type OpenedPanel } from './openPanel.ts';
import { changed, comparing } from './records.ts';
import { themes, type ThemeKind } from './themes.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)('a comparison for everybody', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
  });
  afterAll(() => browser.close());

  const show = async (
    lines: readonly (readonly RecordLine[])[],
    wishes: Parameters<typeof openPanel>[1] = {},
  ): Promise<OpenedPanel> => {
    const panel = await openPanel(browser, wishes);
    await panel.post(comparing(lines));
    await panel.page.waitForSelector('.compared');
    return panel;
  };

  it.each(Object.keys(themes) as ThemeKind[])('axe finds nothing serious in %s, wide and narrow', async (theme) => {
    for (const width of [1180, 340]) {
      const panel = await show([healthy, changed], { theme, width });
      await panel.page.getByRole('checkbox', { name: 'Table of click loss' }).click();
      await panel.page.waitForSelector('#loss-0 .table');
      expect(await panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      // Put in through the debugger, which the page's policy does not bind.
      await panel.page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
      const found = await panel.page.evaluate(
        `axe.run(document).then(({ violations }) => violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | ')))`,
      );
      expect(found, `${width} pixels`).toEqual([]);
      expect(panel.faults).toEqual([]);
      await panel.close();
    }
  });

  it('is reached and used with the keyboard alone', async () => {
    const panel = await show([healthy, changed]);
    const reached: string[] = [];
    for (let i = 0; i < 30; i++) {
      await panel.page.keyboard.press('Tab');
      const name = String(
        await panel.page.evaluate(
          '(() => { const at = document.activeElement; return at === document.body ? "" : at.getAttribute("aria-label") ?? at.textContent.trim(); })()',
        ),
      );
      if (reached.includes(name)) {
        continue;
      }
      if (name.startsWith('feed.ts:21') || name.endsWith('open run A')) {
        await panel.page.keyboard.press('Enter');
      }
      if (name === 'Table of click loss') {
        await panel.page.keyboard.press('Space');
      }
      reached.push(name);
    }
    for (const wanted of ['Log', 'Linear', 'Table of dwell loss', 'Step shown in all charts']) {
      expect(reached).toContain(wanted);
    }
    expect(await panel.page.locator('#loss-0 .table').count()).toBe(1);
    expect(await panel.sent()).toContainEqual({ type: 'reveal', position: detach.position, run: '/runs/1' });
    expect(await panel.sent()).toContainEqual({ type: 'show', run: '/runs/0' });
    expect(panel.faults).toEqual([]);
    await panel.close();
  });

  it('needs no sideways scrolling at 340 pixels with four runs and long names', async () => {
    const names = Array.from({ length: 6 }, (_, i) => `a_rather_long_task_name_${i}`);
    const many: GraphLine = {
      ...graph,
      terms: names.map((id) => ({ id, name: id, kind: 'task', position: null, from: 'output' })),
      objectives: [{ ...graph.objectives[0]!, terms: names }],
      groups: [group('shared', 'shared', names)],
      paths: names.map((task) => ({ task, group: 'shared', state: 'flows', cuts: [], declared: false })),
    };
    const long = (seed: number): RecordLine[] => [
      {
        ...header,
        seed,
        entry: 'packages/somewhere/quite/deep/train_everything.ts',
        args: [`--${'long'.repeat(12)}=${seed}`],
      },
      many,
      step(1, { loss: names.map((_, i) => ({ raw: i + seed / 7, weight: 1, weighted: 1, relative: 1 })) }),
    ];
    const panel = await show([1, 2, 3, 4].map(long), { width: 340 });
    await panel.page.waitForSelector('#loss-5 canvas');
    expect(await panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(340);
    const verdict = panel.page.locator('[data-task="a_rather_long_task_name_0"] .of-task');
    expect(await verdict.innerText()).toContain('A is lowest at step 1');
    expect(panel.faults).toEqual([]);
    await panel.close();
  });
});
