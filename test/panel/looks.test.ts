import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, launchBrowser, openPanel, type OpenedPanel } from './openPanel.ts';
import { scenes } from './scenes.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)('what is drawn on a canvas', () => {
  let browser: Browser;
  let panel: OpenedPanel;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
    panel = await openPanel(browser);
    await panel.post(scenes['a live run, all tables']!.messages[0]);
    await panel.page.waitForSelector('#losses canvas');
  });
  afterAll(async () => {
    await panel.close();
    await browser.close();
  });

  /** How many pixels of the losses' canvas have exactly this colour, which has to be one of the page's variables. */
  const pixelsOf = (variable: string): Promise<unknown> =>
    panel.page.evaluate(`(() => {
      const canvas = document.querySelector('#losses canvas');
      const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      [probe.canvas.width, probe.canvas.height] = [canvas.width, canvas.height];
      probe.fillStyle = getComputedStyle(document.body).getPropertyValue('${variable}').trim();
      probe.fillRect(0, 0, 1, 1);
      const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
      probe.clearRect(0, 0, 1, 1);
      probe.drawImage(canvas, 0, 0);
      const { data } = probe.getImageData(0, 0, canvas.width, canvas.height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4) {
        found += data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255 ? 1 : 0;
      }
      return found;
    })()`);

  it('takes the colours of a new theme', async () => {
    expect(await pixelsOf('--task-0')).toBeGreaterThan(50);
    await panel.wear('vscode-light');
    await expect.poll(() => pixelsOf('--task-0')).toBeGreaterThan(50);
    expect(await panel.page.evaluate("getComputedStyle(document.body).getPropertyValue('--task-0').trim()")).toBe(
      '#0062ad',
    );
  });

  it("takes the system's colours where it has only a few, and gives them back", async () => {
    await panel.page.emulateMedia({ forcedColors: 'active' });
    expect(await panel.page.evaluate("getComputedStyle(document.body).getPropertyValue('--task-1').trim()")).toBe(
      'CanvasText',
    );
    await expect.poll(() => pixelsOf('--task-1')).toBeGreaterThan(50);
    await panel.page.emulateMedia({ forcedColors: 'none' });
    await expect.poll(() => pixelsOf('--task-1')).toBeGreaterThan(50);
  });

  it('is as sharp as the screen that the page is moved to', async () => {
    /** Pixels of the canvas over the pixels that the page counts in; rounded, as both are whole numbers. */
    const sharpness = (): Promise<unknown> =>
      panel.page.evaluate(`(() => {
        const { width, clientWidth } = document.querySelector('#losses canvas');
        return Math.round((width / clientWidth) * 100) / 100;
      })()`);
    expect(await sharpness()).toBe(1);
    const debug = await panel.page.context().newCDPSession(panel.page);
    for (const [deviceScaleFactor, width] of [
      [2, 1160],
      [1, 1170],
      [1.5, 1165],
    ] as const) {
      const screen = { width, height: 900, deviceScaleFactor, mobile: false };
      // The emulated screen tells the page of its ratio only where its size is another, too.
      await debug.send('Emulation.setDeviceMetricsOverride', screen);
      await expect.poll(sharpness).toBe(deviceScaleFactor);
      await expect.poll(() => pixelsOf('--task-0')).toBeGreaterThan(50 * deviceScaleFactor);
    }
    expect(panel.faults).toEqual([]);
  });
});
