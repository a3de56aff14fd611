// Opens the browser-hosted VS Code in a headless browser, as its own developers test it.
import { chromium } from 'playwright-core';
import { ensureBrowser } from './browser.mjs';
import { installExtension, startVscodeServer, workbenchAddress } from './vscodeServer.mjs';

const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/**
 * Starts a browser for windows of VS Code. `open({ address })` resolves with the page, once the workbench is drawn, and
 * `exitCode`, the promise of what came of the tests that the address names; their console goes to `print`.
 */
export async function startBrowser() {
  const executablePath = await ensureBrowser();
  if (executablePath === null) {
    throw new Error('No browser could be had: install Chrome or Chromium.');
  }
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...quiet] });
  const open = async ({ address, print = console.log, size = { width: 1400, height: 900 } }) => {
    const context = await browser.newContext({ viewport: size });
    const page = await context.newPage();
    const exitCode = new Promise((resolve) => {
      void page.exposeFunction('codeAutomationExit', (code) => resolve(Number(code)));
      page.once('close', () => resolve(1));
      page.once('crash', () => resolve(1));
    });
    await page.exposeFunction('codeAutomationLog', (type, args) => print(type, args));
    await page.goto(address);
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    return { page, exitCode };
  };
  return { open, stop: () => browser.close() };
}

/**
 * Starts a server and a browser for tests. `extension` is loaded from its folder as under development; or `vsix`, a packaged
 * one, is installed before. The server stays until `stop()`; each `open()` is one more window of it:
 *
 * - `folder`: what to open; null for an empty window.
 * - `tests`: a module whose `run()` is called in the extension host.
 */
export async function startVscode({ data, extension = null, vsix = null, env, trusted = true }) {
  if (vsix !== null) {
    installExtension({ data, vsix });
  }
  const browser = await startBrowser();
  let server;
  try {
    server = await startVscodeServer({ data, trusted, automation: true, env });
  } catch (error) {
    await browser.stop();
    throw error;
  }
  const open = ({ folder = null, tests = null, ...options } = {}) =>
    browser.open({ address: workbenchAddress(server, { extension, folder, tests }), ...options });
  const stop = async () => {
    await browser.stop();
    await server.stop();
  };
  return { open, stop, serverLog: server.log };
}
