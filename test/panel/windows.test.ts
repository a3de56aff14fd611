import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatNumber } from '../../src/core/report/format.ts';
import type { RecordLine } from '../../src/core/run/record.ts';
import { graph, header, window, windowed } from '../sampleRecord.ts';
import { findBrowser, launchBrowser, openPanel, type OpenedPanel } from './openPanel.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)('the panel of a run whose losses are known at every step', () => {
  let browser: Browser;
  let opened: OpenedPanel | null = null;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const faults = opened?.faults;
    await opened?.close();
    opened = null;
    expect(faults ?? []).toEqual([]);
  });

  const show = async (lines: readonly RecordLine[]): Promise<OpenedPanel> => {
    opened = await openPanel(browser);
    await opened.post({ type: 'open', run: 'run', folder: '/home/ada/.mtl/runs/run', lines, live: true });
    await opened.page.waitForSelector('.head');
    return opened;
  };
  const texts = (panel: OpenedPanel, selector: string): Promise<string[]> =>
    panel.page.locator(selector).allInnerTexts();

  it('draws the losses of every step, with the spread of each window, and the tasks where they meet', async () => {
    const lines = [...windowed.slice(0, -1), window(41, 60), window(61, 80)];
    const panel = await show(lines);
    expect(await panel.page.locator('.head .facts').innerText()).toContain(
      'losses at every step, shared boundary at every 2nd step, all groups at every 10th; watching costs 40 ms (4.2 % of 960 ms)',
    );
    // Of the last step, which was not observed in full.
    expect(await panel.page.locator('.cursor .at').innerText()).toBe('step 80');
    expect(await panel.page.locator('.cursor .newest').innerText()).toBe('80');
    expect(await panel.page.getByRole('slider').getAttribute('aria-valuetext')).toBe('step 80 of 80');
    expect((await texts(panel, 'tr[data-task="click"] td')).slice(0, 3)).toEqual(
      [0.7 / 80, 0.7, 1 / 80].map((each) => formatNumber(each)),
    );
    await panel.page.locator('#losses').getByRole('checkbox').click();
    const rows = async (): Promise<string[]> =>
      (await texts(panel, '#losses .table tbody tr')).map((row) => row.replace(/\s+/g, ' ').trim());
    const mean = formatNumber((0.7 / 61 + 0.7 / 80) / 2);
    await expect
      .poll(async () => (await rows())[0])
      .toBe(`61 – 80 ${mean} (${formatNumber(0.7 / 80)} – ${formatNumber(0.7 / 61)}) 433.4 (375 – 491.8)`);
    expect((await rows())[2]).toBe(`40 ${formatNumber(0.7 / 40)} 750`);
    expect(await texts(panel, '#boundary .cosines td .norm')).toEqual(['-0.5']);
    expect(await texts(panel, '#boundary .labels span')).toEqual(['click 0.5', 'dwell 2000']);
    // The slider runs over the steps that were observed in full.
    await panel.page.getByRole('slider').fill('1');
    await expect.poll(() => panel.page.locator('.cursor .at').innerText()).toBe('step 10');
    expect(await panel.page.getByRole('slider').getAttribute('aria-valuetext')).toBe('step 10 of 80');
    await expect.poll(async () => (await texts(panel, 'tr[data-task="click"] td')).slice(0, 1)).toEqual(['0.07']);
    await expect.poll(async () => (await rows())[0]).toBe('10 0.07 3000');
  });

  it('shows the losses of a run of which no step was observed in full', async () => {
    const losses = Array.from({ length: 5 }, (_, i) => window(i + 1, i + 1, { boundary: null, overhead: null }));
    const panel = await show([{ ...header, version: 2, every: null, budget: 0 }, graph, ...losses]);
    expect(await panel.page.locator('.head .facts').innerText()).toMatch(/ · losses at every step · /);
    expect((await texts(panel, 'tr[data-task="dwell"] td')).slice(0, 2)).toEqual(['6000', '3e4']);
    expect(await panel.page.locator('#boundary, .waiting').count()).toBe(0);
  });
});
