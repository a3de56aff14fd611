import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { trainAFewSteps } from './browser/trainAFewSteps.ts';

const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'msedge', 'microsoft-edge'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** Serves one page on a free port of this machine. */
async function serve(script: string): Promise<Server> {
  const server = createServer((request, response) => {
    const wanted = request.url === '/page.js';
    response.writeHead(200, { 'content-type': wanted ? 'text/javascript' : 'text/html; charset=utf-8' });
    response.end(
      wanted ? script : '<!doctype html><title>runtime</title><script type="module" src="page.js"></script>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function figuresOf(server: Server, executablePath: string): Promise<Record<string, number[]>> {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const figures = await page
      .waitForFunction(() => (globalThis as { figures?: Record<string, number[]> }).figures, undefined, {
        timeout: 90_000,
      })
      .catch((error: unknown) =>
        Promise.reject(new Error(`the page did not finish: ${errors.join('; ')}`, { cause: error })),
      );
    return (await figures.jsonValue()) ?? {};
  } finally {
    await browser.close();
  }
}

describe('the runtime library in a real browser', () => {
  it('trains, stops gradients and weighs tasks as in Node, and needs nothing of Node', async ({ skip }) => {
    const executablePath = findBrowser();
    if (executablePath === undefined) {
      const reason = `not tried: no browser on PATH (looked for ${NAMES.join(', ')}); install one of them to run this test`;
      console.warn(`The runtime library in a browser: ${reason}.`);
      skip(reason);
      return;
    }
    const server = await serve(await bundleForBrowsers());
    const inBrowser = await figuresOf(server, executablePath).finally(() => server.close());
    const inNode = await trainAFewSteps();
    expect(Object.keys(inBrowser)).toEqual(Object.keys(inNode));
    for (const [name, figures] of Object.entries(inNode)) {
      expect(inBrowser[name], name).toHaveLength(figures.length);
      // The same backend (cpu); Math.exp and Math.tanh may differ in the last bit between versions of V8.
      inBrowser[name]!.forEach((figure, i) => expect(figure, `${name}[${i}]`).toBeCloseTo(figures[i]!, 5));
    }
    expect(inBrowser.leaked).toEqual([0]);
    expect(inBrowser.maskedMean).toEqual([3]);
    expect(inBrowser.stopped).toEqual([2, 2]);
    [4, 36, 1.6, 2.52].forEach((figure, i) => expect(inBrowser.ownLoop![i]).toBeCloseTo(figure, 5));
  });
});

/**
 * The page's script: the library as it is built for dist/runtime, from a stand-alone file, together with tfjs and with
 * the training. The bundler has no Node polyfills, so that an import of Node would fail here.
 */
async function bundleForBrowsers(): Promise<string> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const library = await build({
    entryPoints: [join(root, 'src/runtime/index.ts')],
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    target: 'es2022',
    external: ['@tensorflow/*'],
    write: false,
  });
  const page = await build({
    stdin: {
      contents: `import { trainAFewSteps } from './test/browser/trainAFewSteps.ts';
        globalThis.figures = await trainAFewSteps();`,
      resolveDir: root,
      loader: 'ts',
    },
    plugins: [
      {
        name: 'built-library',
        setup: (plugins) => {
          plugins.onResolve({ filter: /^mtl-debugger$/ }, () => ({ path: 'mtl-debugger', namespace: 'built' }));
          plugins.onLoad({ filter: /.*/, namespace: 'built' }, () => ({
            contents: library.outputFiles[0]!.text,
            resolveDir: root,
          }));
        },
      },
    ],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  return page.outputFiles[0]!.text;
}
