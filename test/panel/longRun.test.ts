import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decimate } from '../../webview/model/decimate.ts';
import { seededRandom } from '../random.ts';
import { graph, header, step } from '../sampleRecord.ts';
import { findBrowser, launchBrowser, openPanel } from './openPanel.ts';

const executablePath = findBrowser();

it("as many points as pixels have room for hold every column's least and greatest value", () => {
  const random = seededRandom(11);
  for (const [length, width] of [
    [100_000, 500],
    [1_001, 500],
    [7, 3],
  ] as const) {
    const values = Array.from({ length }, () =>
      random.next() < 0.1 ? null : random.next() < 0.01 ? NaN : random.next(),
    );
    const steps = values.map((_, i) => i + 1);
    const { steps: xs, series } = decimate({ steps, series: [values] }, width, Number.isFinite);
    const drawn = series[0] ?? [];
    expect(xs).toHaveLength(2 * width);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    for (let column = 0; column < width; column++) {
      const [from, to] = [Math.floor((column * length) / width), Math.floor(((column + 1) * length) / width)];
      const there = values.slice(from, to).filter((value) => value !== null && Number.isFinite(value)) as number[];
      const got = drawn.slice(2 * column, 2 * column + 2);
      const wanted = there.length === 0 ? [null, null] : [Math.min(...there), Math.max(...there)];
      expect(
        [...got].sort((a, b) => (a ?? 0) - (b ?? 0)),
        `${length} values, column ${column}`,
      ).toEqual(wanted);
    }
  }
});

describe.skipIf(executablePath === undefined)('a run of 100,000 observed steps', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
  });
  afterAll(() => browser.close());

  it('is opened at once, goes on live, and can be looked at step by step', async () => {
    const panel = await openPanel(browser);
    // The lines are made in the page: the debugger's pipe would take longer than the panel.
    await panel.page.evaluate(
      ([first, pattern]) => {
        const page = globalThis as unknown as { fromHost: (data: unknown) => void };
        const steps = Array.from({ length: 100_000 }, (_, i) => ({
          ...pattern,
          step: i + 1,
          loss: [
            { raw: 1 + 1 / (i + 1), weight: 1, weighted: 1, relative: 1 },
            { raw: i === 50_000 ? 1e9 : 'NaN', weight: 1, weighted: 1, relative: 1 },
          ],
        }));
        page.fromHost({ type: 'open', run: 'run', folder: '/x', lines: [...first, ...steps], live: true });
      },
      [[header, graph], step(1)] as const,
    );
    const loss = (task: string): Promise<string> =>
      panel.page.locator(`tr[data-task="${task}"] td`).first().innerText();
    await expect.poll(() => panel.page.locator('.cursor .at').innerText(), { timeout: 60_000 }).toBe('step 100,000');
    expect(await panel.page.locator('#losses p.note').innerText()).toBe(
      'Not drawn: dwell: 99,999 values not finite. The table has them.',
    );
    // The one outlier is still drawn: it stretches the axis, at whose top its label stands.
    const top = String(
      await panel.page.evaluate("document.querySelector('#losses .labels span:last-child').style.top"),
    );
    expect(Number.parseFloat(top)).toBeLessThan(10);
    await panel.post({ type: 'lines', run: 'run', lines: [step(100_001), step(100_002)], live: true });
    await expect.poll(() => panel.page.locator('.cursor .at').innerText()).toBe('step 100,002');
    expect(await loss('dwell')).toBe('0.3');
    await panel.page.getByRole('slider').fill('50000');
    await expect.poll(() => loss('dwell')).toBe('1e9');
    expect(await loss('click')).toBe('1');
    expect(panel.faults).toEqual([]);
    await panel.close();
  });
});
