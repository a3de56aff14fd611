import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { PanelToHost } from '../../src/protocol/panelMessages.ts';
import { themes, type ThemeKind } from './themes.ts';

const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'msedge', 'microsoft-edge'];

/** A browser on this machine: the one that `npm test` found or installed, else one on the PATH. */
export function findBrowser(): string | undefined {
  const given = process.env.MTL_BROWSER ?? '';
  const folders = (process.env.PATH ?? '').split(delimiter);
  return given !== ''
    ? given
    : NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
}

/** What the page did that no page may: an error, or a breach of the policy. */
export interface OpenedPanel {
  readonly page: Page;
  readonly faults: string[];
  /** Sends the page a message, as the host would. */
  post(message: unknown): Promise<void>;
  /** Changes the theme as VS Code does: the variables of the root, then the class of the body. */
  wear(theme: ThemeKind): Promise<void>;
  /** What the page has sent to the host so far. */
  sent(): Promise<PanelToHost[]>;
  close(): Promise<void>;
}

export interface Wishes {
  readonly theme?: ThemeKind;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** What the page kept before a reload. */
  readonly state?: unknown;
}

const built = (name: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../dist/webview/${name}`, import.meta.url)), 'utf8');

/**
 * Opens the built page under the production policy in a page of its own. The fake of VS Code's side keeps what is sent;
 * it is put in before the page's own scripts run, as VS Code does.
 */
export async function openPanel(browser: Browser, wishes: Wishes = {}): Promise<OpenedPanel> {
  const { theme = 'vscode-dark', width = 1180, height = 900, scale = 1, state = null } = wishes;
  const nonce = randomBytes(16).toString('base64');
  const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
    '/': ['text/html; charset=utf-8', pageText(nonce, theme)],
    '/main.js': ['text/javascript; charset=utf-8', await built('main.js')],
    '/main.css': ['text/css; charset=utf-8', await built('main.css')],
  };
  const server = createServer((request, response) => {
    const [type, text] = files[request.url ?? ''] ?? ['text/plain', ''];
    response.writeHead(text === '' ? 404 : 200, { 'content-type': type });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const context: BrowserContext = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !message.text().includes('favicon')) {
      faults.push(`${message.type()}: ${message.text()}`);
    }
  });
  await page.addInitScript(fakeHost, JSON.stringify(state));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    faults,
    post: (message) => page.evaluate((data) => (globalThis as unknown as FakeWindow).fromHost(data), message),
    wear: (kind) =>
      page.evaluate(
        async ([className, variables]) => {
          const { document, requestAnimationFrame } = globalThis as unknown as FakeWindow;
          const { documentElement, body } = document;
          Object.entries(variables).forEach(([name, value]) =>
            documentElement.style.setProperty(`--vscode-${name}`, value),
          );
          body.className = className;
          // The controls take the new colours with the next frame.
          await new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
        },
        [kind, themes[kind]] as const,
      ),
    sent: () => page.evaluate(() => (globalThis as unknown as FakeWindow).sent),
    close: async () => {
      await context.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface FakeWindow {
  requestAnimationFrame: (call: () => void) => void;
  document: {
    documentElement: { style: { setProperty: (name: string, value: string) => void } };
    body: { className: string };
  };
  sent: PanelToHost[];
  violations: string[];
  kept: unknown;
  fromHost: (data: unknown) => void;
  postMessage: (data: unknown, origin: string) => void;
  acquireVsCodeApi: () => unknown;
}

/** Runs in the page: VS Code's side of a webview. */
function fakeHost(state: string): void {
  const fake = globalThis as unknown as FakeWindow;
  fake.sent = [];
  fake.kept = JSON.parse(state) as unknown;
  fake.fromHost = (data) => fake.postMessage(data, '*');
  fake.acquireVsCodeApi = () => ({
    postMessage: (message: PanelToHost) => void fake.sent.push(message),
    getState: () => fake.kept,
    setState: (kept: unknown) => (fake.kept = kept),
  });
}

/** The page as the host writes it. */
function pageText(nonce: string, theme: ThemeKind): string {
  const variables = Object.entries(themes[theme]).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width">
<title>MTL Debugger</title>
<style nonce="${nonce}">:root { ${variables.join(' ')} }</style>
<link rel="stylesheet" nonce="${nonce}" href="main.css">
</head>
<body class="${theme}">
<div id="panel"></div>
<script nonce="${nonce}" src="main.js"></script>
</body>
</html>`;
}
