import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { healthy } from '../sampleRecord.ts';
import { launchBrowser, openPanel, type OpenedPanel, type Wishes } from './openPanel.ts';
import { open } from './scenes.ts';

/** A panel that tests of the findings look at and press buttons of. */
export interface FindingsPage {
  /** The one that was opened last. */
  readonly panel: OpenedPanel;
  /** Opens another one, which has nothing yet. */
  readonly opened: (wishes?: Wishes) => Promise<OpenedPanel>;
  /** Opens another one, with a healthy run and its findings. */
  readonly show: (findings: object, wishes?: Wishes) => Promise<void>;
  readonly texts: (selector: string) => Promise<string[]>;
  readonly press: (name: string | RegExp, within?: string) => Promise<void>;
  /** What the page has asked of the host since it was ready. */
  readonly asked: () => Promise<unknown[]>;
}

/** For the tests beside this call: a browser of their own, and after each a panel without faults that is closed. */
export function findingsPage(executablePath: string | undefined): FindingsPage {
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
  const opened = async (wishes: Wishes = {}): Promise<OpenedPanel> => (panel = await openPanel(browser, wishes));
  return {
    get panel() {
      return panel;
    },
    opened,
    show: async (findings, wishes) => {
      await opened(wishes);
      await panel.post(open(healthy));
      await panel.post(findings);
      await panel.page.waitForSelector('#findings');
    },
    texts: async (selector) =>
      (await panel.page.locator(selector).allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
    press: (name, within = '#findings') => panel.page.locator(within).getByRole('button', { name }).first().click(),
    asked: async () => (await panel.sent()).slice(1),
  };
}
