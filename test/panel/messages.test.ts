import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphLine } from '../../src/core/run/record.ts';
import { detach, end, graph, header, healthy, leak, nonFinite, plan, step, stop, validation } from '../sampleRecord.ts';
import { findingsMessage, several } from './findings.ts';
import { findBrowser, launchBrowser, openPanel, type OpenedPanel } from './openPanel.ts';

const executablePath = findBrowser();
const seed = Number(process.env.MTL_TEST_SEED ?? Date.now() % 1_000_000);

const full: GraphLine = {
  ...graph,
  cuts: [detach, stop],
  features: [leak],
  paths: graph.paths.map((path) =>
    path.task === 'dwell' && path.group.startsWith('shared') ? { ...path, state: 'cut', cuts: [detach.id] } : path,
  ),
};
const lines = [header, plan, full, step(1), step(10), nonFinite, validation, end];
const messages = [
  { type: 'open', run: 'run', folder: '/x', lines, live: false },
  { type: 'lines', run: 'run', lines: lines.slice(3), live: true },
  { type: 'compare', runs: ['a', 'b'].map((run) => ({ run, folder: `/${run}`, lines, live: false })) },
  findingsMessage(several),
  { type: 'unreadable', run: 'run', folder: '/x', reason: 'it is gone' },
];

describe.skipIf(executablePath === undefined)(`the panel and 100,000 random messages from seed ${seed}`, () => {
  let browser: Browser;
  let panel: OpenedPanel;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
    panel = await openPanel(browser);
    await panel.page.evaluate(await bundled());
    await panel.post(messages[0]);
    await panel.post(findingsMessage(several));
    await panel.page.waitForSelector('.flow svg');
  });
  afterAll(() => browser.close());

  it('60,000 that are none change nothing but the count of those left out', async () => {
    const count = 3_000;
    for (let batch = 0; batch < 20; batch++) {
      const told = await call(panel.page, 'sendWrong', { seed: seed + batch, count, messages });
      expect(told, `seed ${seed + batch}`).toEqual({ refused: count, fault: null });
    }
    expect(await panel.page.locator('.refused').innerText()).toContain('60,000 messages could not be read');
    expect(await panel.sent()).toEqual([{ type: 'ready' }]);
    expect(panel.faults).toEqual([]);
  });

  it('40,000 with a value changed, valid or not, are drawn without an exception, and leave nothing behind', async () => {
    const reference = { type: 'open', run: 'sound', folder: '/x', lines: healthy, live: false };
    await panel.post(reference);
    const before = await call(panel.page, 'looks');
    await call(panel.page, 'sendMutated', { seed, count: 40_000, messages }, 400);
    expect(panel.faults, `seed ${seed}`).toEqual([]);
    expect(await panel.sent(), `seed ${seed}`).toEqual([{ type: 'ready' }]);
    await panel.post(reference);
    expect(await call(panel.page, 'looks'), `seed ${seed}`).toBe(before);
    await panel.close();
  });
});

/** The functions of page/messages.ts as a script. It is put in through the debugger, which the page's policy does not bind. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'inPage',
    footer: { js: 'globalThis.inPage = inPage;' },
    entryPoints: [fileURLToPath(new URL('page/messages.ts', import.meta.url))],
  });
  return outputFiles[0]?.text ?? '';
}

/** What page/messages.ts offers; it is compiled with the page. */
interface InPage {
  sendWrong(wanted: Wanted): Promise<{ readonly refused: number; readonly fault: string | null }>;
  sendMutated(wanted: Wanted, every: number): Promise<void>;
  looks(): Promise<number>;
}

interface Wanted {
  readonly seed: number;
  readonly count: number;
  readonly messages: readonly object[];
}

async function call<K extends keyof InPage>(
  page: Page,
  name: K,
  ...args: Parameters<InPage[K]>
): Promise<Awaited<ReturnType<InPage[K]>>> {
  return (await page.evaluate(
    ([wanted, given]) => {
      const functions = (globalThis as unknown as { inPage: Record<string, (...all: unknown[]) => unknown> }).inPage;
      return functions[wanted]?.(...given);
    },
    [name, args] as const,
  )) as Awaited<ReturnType<InPage[K]>>;
}
