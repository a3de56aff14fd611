// Opens the browser-hosted VS Code in a headless browser, as its own developers test it.
import { chromium } from 'playwright-core';
import { ensureBrowser } from './browser.mjs';
import { installExtension, startVscodeServer, workbenchAddress } from './vscodeServer.mjs';

const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/**
 * Starts a server and a browser for tests. `extension` is loaded from its folder as under development; or `vsix`, a packaged
 * one, is installed before. The server stays until `stop()`; each `open()` is one more window of it:
 *
 * - `folder`: what to open; null for an empty window.
 * - `tests`: a module whose `run()` is called in the extension host. Its console goes to `print`; `exitCode` is the promise of
 *   what came of it.
 *
 * Resolves with the page, once the workbench is drawn, and `exitCode`.
 */
export async function startVscode({ data, extension = null, vsix = null, env, trusted = true }) {
  const executablePath = await ensureBrowser();
  if (executablePath === null) {
    throw new Error('No browser could be had: install Chrome or Chromium.');
  }
  if (vsix !== null) {
    installExtension({ data, vsix });
  }
  const server = await startVscodeServer({ data, trusted, automation: true, env });
  let browser;
  const stop = async () => {
    await browser?.close();
    await server.stop();
  };
  try {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...quiet] });
  } catch (error) {
    await stop();
    throw error;
  }
  const open = async ({ folder = null, tests = null, print = console.log, size = { width: 1400, height: 900 } } = {}) => {
    const context = await browser.newContext({ viewport: size });
    const page = await context.newPage();
    const exitCode = new Promise((resolve) => {
      void page.exposeFunction('codeAutomationExit', (code) => resolve(Number(code)));
      page.once('close', () => resolve(1));
      page.once('crash', () => resolve(1));
    });
    await page.exposeFunction('codeAutomationLog', (type, args) => print(type, args));
    await page.goto(workbenchAddress(server, { extension, folder, tests }));
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    return { page, exitCode };
  };
  return { open, stop, serverLog: server.log };
}
