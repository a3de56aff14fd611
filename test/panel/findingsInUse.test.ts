import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { detach, graph, header, healthy, step } from '../sampleRecord.ts';
import { dominance, finding, findingsMessage, judged, several, twenty } from './findings.ts';
import { findBrowser, launchBrowser, openPanel, type OpenedPanel } from './openPanel.ts';
import { cutGraph, open } from './scenes.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)('the findings of a run in use', () => {
  let browser: Browser;
  let panel: OpenedPanel;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    expect(panel.faults).toEqual([]);
    await panel.close();
  });

  const show = async (message: object, wishes: Parameters<typeof openPanel>[1] = {}): Promise<void> => {
    panel = await openPanel(browser, wishes);
    await panel.post(open(healthy));
    await panel.post(message);
    await panel.page.waitForSelector('#findings');
  };
  const texts = async (selector: string): Promise<string[]> =>
    (await panel.page.locator(selector).allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  const press = (name: string | RegExp, within = '#findings'): Promise<void> =>
    panel.page.locator(within).getByRole('button', { name }).first().click();
  const asked = async (): Promise<unknown[]> => (await panel.sent()).slice(1);

  it('what was opened is open after a reload, and closed for another run', async () => {
    await show(findingsMessage(several));
    await press('Why?');
    await press('Explains 2 more');
    await panel.page.waitForSelector('.consequences li');
    const state = await panel.page.evaluate('kept');
    expect(panel.faults).toEqual([]);
    await panel.close();
    await show(findingsMessage(several), { state });
    await panel.page.waitForSelector('.because');
    expect(await panel.page.locator('.consequences li').count()).toBe(2);
    await panel.post({ ...open(healthy), run: 'other' });
    await panel.post({ ...findingsMessage(several), run: 'other' });
    await expect.poll(() => panel.page.locator('.because').count()).toBe(0);
    await expect.poll(() => panel.page.locator('.lead').count()).toBe(1);
  });

  it('come while the run goes on, are said aloud, and go when they no longer hold', async () => {
    panel = await openPanel(browser);
    await panel.post(open([header, graph, step(1)], true));
    await panel.page.waitForSelector('.head');
    // Nothing is said before the host has judged.
    expect(await panel.page.locator('#findings').count()).toBe(0);
    await panel.post(judged([header, graph, step(1)]));
    await expect.poll(() => texts('.nothing-found')).toEqual(['✓ Nothing found up to step 1']);
    await panel.post(judged([header, cutGraph, step(1), step(2)]));
    await expect.poll(() => texts('.lead h3')).toEqual(['dwell is cut from shared: it does not train it.']);
    expect(await texts('#findings [role=status]')).toEqual(['dwell is cut from shared: it does not train it.']);
    await press(`Go to line ${detach.position?.line ?? ''}`);
    expect(await asked()).toEqual([{ type: 'reveal', position: detach.position }]);
    await panel.post({ ...judged([header, graph, step(1)]), run: 'another' });
    await panel.post({ type: 'lines', run: 'run', lines: [step(2)], live: true });
    await expect.poll(() => texts('.cursor .at')).toEqual(['step 2']);
    expect(await panel.page.locator('.lead').count()).toBe(1);
    await panel.post(judged([header, graph, step(1)]));
    await expect.poll(() => texts('.nothing-found')).toEqual(['✓ Nothing found up to step 2']);
  });

  it('twenty at once: six rows, the rest one press away, and no sideways scrolling at 340 pixels', async () => {
    await show(findingsMessage(twenty), { width: 340 });
    expect(await panel.page.locator('.rows > li').count()).toBe(5);
    await press('14 more findings');
    await expect.poll(() => panel.page.locator('.rows > li').count()).toBe(19);
    await panel.page.locator('.rows .headline').nth(3).click();
    await panel.page.waitForSelector('.rows .finding.open .finding-body');
    expect(await panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(340);
    expect(await texts('.more .faint')).toEqual(['2 findings ignored by a comment in the file.']);
    await panel.page.setViewportSize({ width: 1180, height: 900 });
    expect(await panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1180);
  });

  it('the keyboard alone opens, reads, goes and ignores', async () => {
    await show(findingsMessage({ findings: [dominance, finding('zero:a', { rule: 'zero' })] }));
    const key = async (name: string | RegExp, pressed: string): Promise<void> => {
      await panel.page.locator('#findings').getByRole('button', { name }).first().focus();
      await panel.page.keyboard.press(pressed);
    };
    await key('Why?', 'Enter');
    await panel.page.waitForSelector('.because');
    expect(await panel.page.getByRole('button', { name: 'Why?', expanded: true }).count()).toBe(1);
    await key('zero:a happens.', 'Space');
    await panel.page.waitForSelector('.rows .finding.open');
    await key('Go to line 32', 'Enter');
    await key(/^Ignore in this file/, 'Enter');
    expect(await asked()).toEqual([
      { type: 'reveal', position: dominance.place },
      { type: 'ignore', finding: 'lossScale:dwell' },
    ]);
    await key('Why?', 'Enter');
    await expect.poll(() => panel.page.locator('.because').count()).toBe(0);
  });

  it('a finding without a place leads nowhere and cannot be ignored in a file', async () => {
    await show(findingsMessage({ findings: [finding('zero:a', { rule: 'zero', place: null })] }));
    expect(await texts('.lead button.link, .lead vscode-button')).toEqual([]);
    expect(await texts('.lead .disclosure')).toEqual(['Why?']);
  });
});
