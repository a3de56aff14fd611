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
  /** What extension hosts of any window have logged as an error that nobody handled, or as one of this extension. */
  readonly extensionHostErrors: () => string[];
}

/** Waits until the window is drawn. */
export async function workbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
}

/** Runs a command from the palette, by its whole title with its category. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await choose(page, 'F1', `>${title}`, title);
}

/** Opens a file of the workspace by its path. */
export async function openFile(page: Page, file: string): Promise<void> {
  const name = file.split('/').at(-1) ?? file;
  // A panel is named after its script too.
  const tab = page.locator(`.tab.active[aria-label^="${name}"]`).first();
  await eventually(`${name} in an editor`, async () => {
    await choose(page, 'Control+P', file, name);
    try {
      await tab.waitFor({ timeout: 10_000 });
      return true;
    } catch (error) {
      // A window that is still coming up may close the list over the key.
      if (!(error instanceof Error && error.name === 'TimeoutError')) {
        throw error;
      }
      return false;
    }
  });
}

/** Presses a key that opens a list, writes into its field, and takes the best match once it has this text. */
async function choose(page: Page, key: string, typed: string, text: string): Promise<void> {
  // The best match has the focus. A click could meet another row: the list still grows.
  const row = page.locator('.quick-input-list .monaco-list-row.focused', { hasText: text });
  const field = page.locator('.quick-input-widget:visible .quick-input-box input').first();
  // The list shows what was there when it was opened; extensions and files come in a moment after the window.
  await eventually(`${text} in the list of ${key}`, async () => {
    await page.keyboard.press(key);
    try {
      // Not typed: on a slow machine the list may close again, and the keys would go into the editor.
      await field.fill(typed, { timeout: 2_500 });
      await row.waitFor({ timeout: 2_500 });
      await field.press('Enter', { timeout: 2_500 });
      return true;
    } catch (error) {
      return again(page, error);
    }
  });
}

/** Begins with no editor, no panel and no notification, whatever a test before has left. */
export async function closeEverything(page: Page): Promise<void> {
  // The companion counts: a command that came late would close what was opened since.
  const count = async (): Promise<string> =>
    (await page.locator('[id="mtl-debugger.mtl-test-companion.mtlCompanion.done"]').allInnerTexts()).join('');
  const before = await count();
  await runCommand(page, 'Companion: Close Everything');
  await eventually('everything to be closed', async () => (await count()) !== before);
  await eventually('a window without editors', async () => (await page.locator('.tab').count()) === 0);
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

/** Answers the dialog in the middle of the window; its text. */
export async function answer(page: Page, button: string): Promise<string> {
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.waitFor();
  const text = await dialog.innerText();
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  return text;
}

/** Picks an entry of the list that is open, or about to be. */
export async function pick(page: Page, text: string | RegExp): Promise<void> {
  await page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
}

/** Waits for the dialog that asks for a path on the machine where the files are. */
export async function pathDialog(page: Page): Promise<void> {
  await page.locator('.quick-input-widget:visible .quick-input-action', { hasText: 'OK' }).waitFor();
  await page.locator('.quick-input-list:visible .monaco-list-row').first().waitFor();
  await page.locator('.quick-input-widget:visible .quick-input-box input').first().focus();
}

/** Answers it. */
export async function enterPath(page: Page, file: string): Promise<void> {
  await pathDialog(page);
  await page.locator('.quick-input-widget:visible .quick-input-box input').first().fill(file);
  await page.locator('.quick-input-widget:visible .quick-input-action', { hasText: 'OK' }).locator('a').first().click();
}

/** Picks an entry of the menu that a right click on a row opens. */
export async function pickInMenuOf(row: Locator, text: string): Promise<void> {
  const page = row.page();
  const item = page.locator('.monaco-menu .action-item', { hasText: text }).first();
  await eventually(`${text} in a menu`, async () => {
    await row.click({ button: 'right' });
    try {
      // A panel that comes up takes the focus, and a menu that has lost it is gone.
      await item.hover({ timeout: 5_000 });
      // A click is not taken for one while the menu has only just come up; a key is.
      await page.keyboard.press('Enter');
      await item.waitFor({ state: 'detached', timeout: 5_000 });
      return true;
    } catch (error) {
      return again(page, error);
    }
  });
}

/** Makes way for another try after one that took too long. @throws any other error */
async function again(page: Page, error: unknown): Promise<false> {
  if (!(error instanceof Error && error.name === 'TimeoutError')) {
    throw error;
  }
  await page.keyboard.press('Escape');
  // A webview that has only just come up keeps the keys for itself.
  await page.evaluate("document.activeElement?.tagName === 'IFRAME' && document.activeElement.blur()");
  return false;
}

/** The list of runs, shown as a person would: by the icon at the side. */
export async function runsView(page: Page): Promise<Locator> {
  const view = page.locator('.pane', { has: page.locator('.pane-header[aria-label^="Runs"]') });
  if (!(await view.isVisible())) {
    await page.locator('.activitybar .action-item', { has: page.locator('[aria-label^="MTL Debugger"]') }).click();
  }
  await view.waitFor();
  return view;
}
