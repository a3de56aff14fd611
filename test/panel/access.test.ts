import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detach } from '../sampleRecord.ts';
import { findBrowser, launchBrowser, openPanel, type OpenedPanel } from './openPanel.ts';
import { scenes, type PanelScene } from './scenes.ts';
import { themes, type ThemeKind } from './themes.ts';

const executablePath = findBrowser();
const kinds = Object.keys(themes) as ThemeKind[];
const [WIDE, NARROW] = [
  { width: 1180, height: 900 },
  { width: 420, height: 900 },
];

describe.skipIf(executablePath === undefined)('the panel for everybody', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
  });
  afterAll(() => browser.close());

  const show = async (
    { messages, state, ready }: PanelScene,
    theme: ThemeKind = 'vscode-dark',
  ): Promise<OpenedPanel> => {
    const panel = await openPanel(browser, { theme, state });
    for (const message of messages) {
      await panel.post(message);
    }
    await panel.page.waitForSelector(ready);
    if ((await panel.page.locator('.flow').count()) > 0) {
      // It is laid out on its own time, and has nodes that the keyboard reaches.
      await panel.page.waitForSelector('.flow svg g', { state: 'attached' });
    }
    return panel;
  };

  it.each(Object.keys(scenes))('axe finds nothing serious in four themes, wide and narrow: %s', async (name) => {
    const panel = await show(scenes[name]!);
    // Put in through the debugger, which the page's policy does not bind.
    await panel.page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    for (const viewport of [WIDE, NARROW]) {
      await panel.page.setViewportSize(viewport);
      for (const theme of kinds) {
        await panel.wear(theme);
        expect(await seriousFaults(panel.page), `${theme}, ${viewport.width} pixels wide`).toEqual([]);
      }
    }
    await panel.page.emulateMedia({ forcedColors: 'active' });
    expect(await seriousFaults(panel.page), 'forced colours').toEqual([]);
    expect(panel.faults).toEqual([]);
    await panel.close();
  });

  it.each(Object.keys(scenes))('the keyboard alone reaches everything that can be used: %s', async (name) => {
    const panel = await show(scenes[name]!);
    const usable = await panel.page.evaluate(numberUsable);
    expect(usable.length).toBeGreaterThan(1);
    const reached = new Set<string>();
    for (let i = 0; i <= usable.length; i++) {
      await panel.page.keyboard.press('Tab');
      reached.add(String(await panel.page.evaluate('document.activeElement.dataset.usable ?? ""')));
    }
    expect(usable.filter((_, i) => !reached.has(String(i)))).toEqual([]);
    await panel.close();
  });

  it('the keyboard alone uses it: links, nodes of the graph, switches, choices and the step', async () => {
    const cuts = await show(scenes['a run with cuts']!);
    await press(cuts.page.locator(`.flow [data-cut="${detach.id}"]`), 'Enter');
    await press(cuts.page.locator('.heatmap .cut button'), 'Enter');
    await press(cuts.page.locator('.flow .task').first(), 'Space');
    expect((await cuts.sent()).slice(1)).toEqual([
      { type: 'reveal', position: detach.position },
      { type: 'reveal', position: detach.position },
      { type: 'reveal', position: { file: 'feed.ts', line: 31, column: 3 } },
    ]);
    await press(cuts.page.locator('.flow .group', { hasText: 'dwell tower' }), 'Enter');
    await expect.poll(() => cuts.page.locator('#norm-series select').inputValue()).toBe('tower(dwell)');
    await press(cuts.page.getByRole('slider'), 'Home');
    await expect.poll(() => cuts.page.locator('.cursor .at').innerText()).toBe('step 1');
    await press(cuts.page.getByRole('button', { name: 'Relative' }), 'Enter');
    await expect.poll(() => cuts.page.locator('#losses .note').first().innerText()).toContain('over its first value');
    await cuts.close();

    const leaks = await show({
      ...scenes['a leak, as if it were cut']!,
      state: null as unknown as object,
      ready: '.feature',
    });
    await press(leaks.page.getByRole('button', { name: /what if it were cut/ }), 'Enter');
    expect(await leaks.page.evaluate('document.activeElement.id')).toBe('features');
    await leaks.page.keyboard.press('Tab');
    await leaks.page.keyboard.press('Space');
    await expect.poll(() => leaks.page.locator('.feature th', { hasText: 'If cut' }).count()).toBe(1);
    expect(leaks.faults).toEqual([]);
    await leaks.close();

    const failed = await show(scenes['a failed run with cuts']!);
    await press(failed.page.locator('.alarm vscode-button'), 'Enter');
    await press(failed.page.locator('summary'), 'Enter');
    expect(await failed.page.locator('.alarm pre').isVisible()).toBe(true);
    expect((await failed.sent()).at(-1)).toEqual({ type: 'log' });
    await failed.close();
  });

  it.each(kinds)('what has the focus is seen in %s', async (theme) => {
    const panel = await show(scenes['a failed run with cuts']!, theme);
    const usable = await panel.page.evaluate(numberUsable);
    for (let i = 0; i < usable.length; i++) {
      const one = panel.page.locator(`[data-usable="${i}"]`);
      await one.scrollIntoViewIfNeeded();
      await panel.page.evaluate('document.activeElement.blur()');
      const box = (await one.boundingBox())!;
      const clip = { x: box.x - 5, y: box.y - 5, width: box.width + 10, height: box.height + 10 };
      const before = await panel.page.screenshot({ clip });
      // A key first: only then is the focus one that has to be seen.
      await panel.page.keyboard.press('Shift');
      await one.focus();
      expect(before.equals(await panel.page.screenshot({ clip })), usable[i]).toBe(false);
    }
    await panel.close();
  });
});

async function press(one: ReturnType<Page['locator']>, key: string): Promise<void> {
  await one.focus();
  await one.page().keyboard.press(key);
}

/** What axe calls serious or critical, in words. */
async function seriousFaults(page: Page): Promise<unknown> {
  return page.evaluate(
    `axe.run(document).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ html, any }) => html.slice(0, 120) + ' ' + (any[0]?.message ?? '')).join(' | ')))`,
  );
}

/** Runs in the page: numbers everything that a mouse can use, and says what it is. */
function numberUsable(): string[] {
  interface Usable {
    dataset: Record<string, string>;
    outerHTML: string;
    checkVisibility: () => boolean;
  }
  const { document } = globalThis as unknown as { document: { querySelectorAll: (selector: string) => Usable[] } };
  const selector =
    'button, vscode-button, vscode-checkbox, select, input, summary, a, [role=link], [role=button], .table, .flow g.task, .flow g.group, .flow g[data-cut]';
  const leadsSomewhere = ({ outerHTML }: Usable): boolean =>
    !outerHTML.startsWith('<g') || outerHTML.includes('tabindex');
  return [...document.querySelectorAll(selector)]
    .filter((each) => each.checkVisibility() && leadsSomewhere(each))
    .map((each, i) => {
      each.dataset.usable = String(i);
      return each.outerHTML.slice(0, 100);
    });
}
