import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser, openPanel, type OpenedPanel, type Wishes } from './openPanel.ts';

/** Panels, opened one after another in one browser. */
export interface Panels {
  /** The one that was opened last. */
  readonly panel: OpenedPanel;
  /** Opens another one, which has nothing yet. */
  readonly opened: (wishes?: Wishes) => Promise<OpenedPanel>;
}

/** For the tests beside this call: a browser of their own, and after each a panel without faults that is closed. */
export function panels(executablePath: string | undefined): Panels {
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
  return {
    get panel() {
      return panel;
    },
    opened: async (wishes = {}) => (panel = await openPanel(browser, wishes)),
  };
}
