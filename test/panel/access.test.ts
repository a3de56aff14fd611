import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphLine } from '../../src/core/run/record.ts';
import { detach, end, graph, header, leak, step } from '../sampleRecord.ts';
import { findBrowser, launchBrowser, openPanel } from './openPanel.ts';
import { themes, type ThemeKind } from './themes.ts';

const executablePath = findBrowser();
const cutGraph: GraphLine = {
  ...graph,
  cuts: [detach],
  features: [leak],
  paths: graph.paths.map((path) =>
    path.task === 'dwell' && path.group.startsWith('shared') ? { ...path, state: 'cut', cuts: [detach.id] } : path,
  ),
};
const open = { type: 'open', run: 'run', folder: '/x', lines: [header, cutGraph, step(1), step(10), end], live: false };

describe.skipIf(executablePath === undefined)('the panel for everybody', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
  });
  afterAll(() => browser.close());

  it.each(Object.keys(themes) as ThemeKind[])('axe finds nothing serious in %s', async (theme) => {
    const panel = await openPanel(browser, { theme });
    await panel.post(open);
    await panel.page.waitForSelector('.flow svg');
    const boxes = panel.page.getByRole('checkbox', { name: /^Table of/ });
    await boxes.first().waitFor();
    await boxes.nth(0).click();
    await boxes.nth(1).click();
    await panel.page.waitForSelector('#losses .table');
    // Put in through the debugger, which the page's policy does not bind.
    await panel.page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await panel.page.evaluate(
      `axe.run(document).then(({ violations }) => violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => id + ': ' + nodes.map(({ html, any }) => html.slice(0, 120) + ' ' + (any[0]?.message ?? '')).join(' | ')))`,
    );
    await panel.close();
    expect(found).toEqual([]);
  });

  it('is reached and used with the keyboard alone', async () => {
    const panel = await openPanel(browser);
    await panel.post(open);
    await panel.page.waitForSelector('.flow svg');
    const reached = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await panel.page.keyboard.press('Tab');
      const name = await panel.page.evaluate(
        '(() => { const at = document.activeElement; return at === document.body ? "" : at.getAttribute("aria-label") ?? at.textContent.trim(); })()',
      );
      if (typeof name === 'string' && name.startsWith('What if')) {
        await panel.page.keyboard.press('Space');
      }
      if (typeof name === 'string' && name.includes('cut by dataSync')) {
        await panel.page.keyboard.press('Enter');
      }
      reached.add(String(name));
    }
    const names = [...reached].join('\n');
    for (const wanted of [
      'Show Log',
      'Log',
      'Relative',
      'Table of Loss scale',
      'Variable group',
      'Step shown',
      'Newest',
    ]) {
      expect(names).toContain(wanted);
    }
    expect(await panel.page.locator('.feature th', { hasText: 'If cut' }).count()).toBe(1);
    expect(await panel.sent()).toContainEqual({ type: 'reveal', position: detach.position });
    expect(panel.faults).toEqual([]);
    await panel.close();
  });
});
