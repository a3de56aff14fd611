import { describe, expect, it } from 'vitest';
import { detach, graph, header, healthy, step } from '../sampleRecord.ts';
import { dominance, finding, findingsMessage, judged, several, twenty } from './findings.ts';
import { findingsPage } from './findingsPage.ts';
import { findBrowser } from './openPanel.ts';
import { cutGraph, open } from './scenes.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)('the findings of a run in use', () => {
  const page = findingsPage(executablePath);
  const { show, texts, press, asked } = page;

  it('what was opened is open after a reload, and closed for another run', async () => {
    await show(findingsMessage(several));
    await press('Why?');
    await press('Explains 2 more');
    await page.panel.page.waitForSelector('.consequences li');
    const state = await page.panel.page.evaluate('kept');
    expect(page.panel.faults).toEqual([]);
    await page.panel.close();
    await show(findingsMessage(several), { state });
    await page.panel.page.waitForSelector('.because');
    expect(await page.panel.page.locator('.consequences li').count()).toBe(2);
    await page.panel.post({ ...open(healthy), run: 'other' });
    await page.panel.post({ ...findingsMessage(several), run: 'other' });
    await expect.poll(() => page.panel.page.locator('.because').count()).toBe(0);
    await expect.poll(() => page.panel.page.locator('.lead').count()).toBe(1);
  });

  it('come while the run goes on, are said aloud, and go when they no longer hold', async () => {
    const panel = await page.opened();
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
    expect(await page.panel.page.locator('.rows > li').count()).toBe(5);
    await press('14 more findings');
    await expect.poll(() => page.panel.page.locator('.rows > li').count()).toBe(19);
    await page.panel.page.locator('.rows .headline').nth(3).click();
    await page.panel.page.waitForSelector('.rows .finding.open .finding-body');
    expect(await page.panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(340);
    expect(await texts('.more .faint')).toEqual(['2 findings ignored by a comment in the file.']);
    await page.panel.page.setViewportSize({ width: 1180, height: 900 });
    expect(await page.panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1180);
  });

  it('the keyboard alone opens, reads, goes and ignores', async () => {
    await show(findingsMessage({ findings: [dominance, finding('zero:a', { rule: 'zero' })] }));
    const key = async (name: string | RegExp, pressed: string): Promise<void> => {
      await page.panel.page.locator('#findings').getByRole('button', { name }).first().focus();
      await page.panel.page.keyboard.press(pressed);
    };
    await key('Why?', 'Enter');
    await page.panel.page.waitForSelector('.because');
    expect(await page.panel.page.getByRole('button', { name: 'Why?', expanded: true }).count()).toBe(1);
    await key('zero:a happens.', 'Space');
    await page.panel.page.waitForSelector('.rows .finding.open');
    await key('Go to line 32', 'Enter');
    await key(/^Ignore in this file/, 'Enter');
    expect(await asked()).toEqual([
      { type: 'reveal', position: dominance.place },
      { type: 'ignore', finding: 'lossScale:dwell' },
    ]);
    await key('Why?', 'Enter');
    await expect.poll(() => page.panel.page.locator('.because').count()).toBe(0);
  });

  it('a finding without a place leads nowhere and cannot be ignored in a file', async () => {
    await show(findingsMessage({ findings: [finding('zero:a', { rule: 'zero', place: null })] }));
    expect(await texts('.lead button.link, .lead vscode-button')).toEqual([]);
    expect(await texts('.lead .disclosure')).toEqual(['Why?']);
  });
});
