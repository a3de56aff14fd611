import { healthy } from '../sampleRecord.ts';
import type { Wishes } from './openPanel.ts';
import { panels, type Panels } from './panels.ts';
import { open } from './scenes.ts';

/** A panel that tests of the findings look at and press buttons of. */
export interface FindingsPage extends Panels {
  /** Opens another one, with a healthy run and its findings. */
  readonly show: (findings: object, wishes?: Wishes) => Promise<void>;
  readonly texts: (selector: string) => Promise<string[]>;
  readonly press: (name: string | RegExp, within?: string) => Promise<void>;
  /** What the page has asked of the host since it was ready. */
  readonly asked: () => Promise<unknown[]>;
}

export function findingsPage(executablePath: string | undefined): FindingsPage {
  const all = panels(executablePath);
  return {
    get panel() {
      return all.panel;
    },
    opened: all.opened,
    show: async (findings, wishes) => {
      const panel = await all.opened(wishes);
      await panel.post(open(healthy));
      await panel.post(findings);
      await panel.page.waitForSelector('#findings');
    },
    texts: async (selector) =>
      (await all.panel.page.locator(selector).allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
    press: (name, within = '#findings') => all.panel.page.locator(within).getByRole('button', { name }).first().click(),
    asked: async () => (await all.panel.sent()).slice(1),
  };
}
