import type { FrameLocator, Locator, Page } from 'playwright-core';
import { eventually } from '../runner.ts';

/** What the launcher gives to a suite outside the extension host. */
export interface Outside {
  /** Opens one more window of VS Code: on the workspace, or at the address of another server. */
  readonly open: (options?: { folder?: string | null; address?: string }) => Promise<{ page: Page }>;
  /** Keeps a picture of every window under `.vscode-test/failures`. */
  readonly photograph: (name: string) => Promise<void>;
  /** The workspace, absolute. */
  readonly folder: string;
}

/** Runs a command from the palette, by its whole title with its category. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await choose(page, 'F1', title, title);
}

/** Opens a file of the workspace by its path. */
export async function openFile(page: Page, file: string): Promise<void> {
  const name = file.split('/').at(-1) ?? file;
  await choose(page, 'Control+P', file, name);
  // A panel is named after its script too.
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
}

/** Takes a row of the list that is open. */
export async function pick(page: Page, text: string): Promise<void> {
  await page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
}

/** Presses a key that opens a list, types, and takes the first row with this text. */
async function choose(page: Page, key: string, typed: string, text: string): Promise<void> {
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  // The list shows what was there when it was opened; extensions and files come in a moment after the window.
  await eventually(`${text} in the list of ${key}`, async () => {
    await page.keyboard.press(key);
    try {
      await page.locator('.quick-input-widget input').first().waitFor({ timeout: 1_000 });
      await page.keyboard.type(typed);
      await row.waitFor({ timeout: 2_500 });
      return true;
    } catch (error) {
      if (!(error instanceof Error && error.name === 'TimeoutError')) {
        throw error;
      }
      await page.keyboard.press('Escape');
      return false;
    }
  });
  await row.click();
}

/** A notification with this text, whether its toast is still up or it waits behind the bell. */
export async function notification(page: Page, text: string | RegExp): Promise<Locator> {
  const all = page.locator('.notification-list-item', { hasText: text });
  return eventually(`a notification that says ${String(text)}`, async () => {
    if ((await all.count()) === 0 && (await page.locator('.notifications-center.visible').count()) === 0) {
      await page.locator('.statusbar-item[id="status.notifications"]').click();
    }
    return (await all.count()) > 0 ? all.first() : null;
  });
}

/** The document inside the visible webview. */
export function webview(page: Page): FrameLocator {
  return page.locator('iframe.webview:visible').contentFrame().frameLocator('#active-frame');
}
