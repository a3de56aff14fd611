import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatNumber, formatPercent } from '../../src/core/report/format.ts';
import { summariseNorms } from '../../src/core/report/norms.ts';
import { summariseTasks } from '../../src/core/report/tasks.ts';
import { Run } from '../../src/core/run/run.ts';
import type { GraphLine, RecordLine } from '../../src/core/run/record.ts';
import { end, graph, group, header, healthy, leak, step, stop } from '../sampleRecord.ts';
import { judged } from './findings.ts';
import { findBrowser, launchBrowser, openPanel, type OpenedPanel } from './openPanel.ts';
import { longRecord, trainExample } from './records.ts';

const executablePath = findBrowser();
if (executablePath === undefined) {
  console.warn('The panel in a browser: not tried, no Chrome, Chromium or Edge was found.');
}

describe.skipIf(executablePath === undefined)('the panel', () => {
  let browser: Browser;
  let detached: RecordLine[];
  let opened: OpenedPanel | null = null;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
    detached = await trainExample('examples/feed/loop.mjs', '--detach');
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const faults = opened?.faults;
    await opened?.close();
    opened = null;
    expect(faults ?? []).toEqual([]);
  });

  const show = async (
    lines: readonly RecordLine[],
    live = false,
    wishes: Parameters<typeof openPanel>[1] = {},
  ): Promise<OpenedPanel> => {
    opened = await openPanel(browser, wishes);
    await opened.post({ type: 'open', run: 'run', folder: '/home/ada/.mtl/runs/run', lines, live });
    await opened.post(judged(lines));
    await opened.page.waitForSelector('.head');
    return opened;
  };
  const runOf = (lines: readonly RecordLine[]): Run => {
    const run = new Run();
    lines.forEach((line) => run.add(line));
    return run;
  };
  const texts = (panel: OpenedPanel, selector: string): Promise<string[]> =>
    panel.page.locator(selector).allInnerTexts();

  it('asks for what is to be shown as soon as it can draw', async () => {
    opened = await openPanel(browser);
    expect(await opened.sent()).toEqual([{ type: 'ready' }]);
  });

  it('says what to do where there is no run, and asks the host for it', async () => {
    opened = await openPanel(browser);
    await opened.post({ type: 'empty' });
    await opened.page.getByText('Train Active File').click();
    await opened.page.getByText('Copy an Example into the Workspace').click();
    expect((await opened.sent()).slice(1)).toEqual([{ type: 'train' }, { type: 'example' }]);
  });

  it("shows the record's losses and norms of a real run", async () => {
    const panel = await show(detached);
    const run = runOf(detached);
    for (const { id, first, last } of summariseTasks(run)) {
      const cells = await texts(panel, `tr[data-task="${id}"] td`);
      const wanted = [last?.raw, first?.raw, last?.relative, last?.weight, last?.weighted].map((each) =>
        formatNumber(each),
      );
      expect(cells.slice(0, 5), id).toEqual(wanted);
    }
    const norms = summariseNorms(run);
    expect(norms.filter(({ state }) => state === 'flows').length).toBe(5);
    for (const { task, group: id, state, norm, share } of norms) {
      const cell = panel.page.locator(`.heatmap td[data-task="${task}"][data-group="${id}"]`);
      expect(await cell.getAttribute('data-state')).toBe(state);
      if (state === 'flows') {
        const told = (await cell.innerText()).split(/\s*\n\s*/);
        expect(told, `${task} in ${id}`).toEqual([formatNumber(norm?.last), formatPercent(share?.last)]);
      }
    }
  });

  it('leads from a cut to its place in the source: in its finding, the heatmap and the graph', async () => {
    const panel = await show(detached);
    const cut = runOf(detached).graph?.cuts[0];
    expect(cut?.position).not.toBeNull();
    await panel.page
      .locator('.lead')
      .getByText(`Go to line ${cut?.position?.line ?? ''}`)
      .click();
    await panel.page.locator('.heatmap .cut button').first().click();
    const node = panel.page.locator(`.flow [data-cut="${cut?.id ?? ''}"]`);
    await node.click();
    await node.press('Enter');
    const reveal = { type: 'reveal', position: cut?.position };
    expect((await panel.sent()).slice(1)).toEqual([reveal, reveal, reveal, reveal]);
  });

  it('keeps the four ways of not flowing apart, and declared cuts calm', async () => {
    const states: GraphLine = {
      ...graph,
      cuts: [stop],
      paths: [
        { task: 'click', group: 'shared(click+dwell)', state: 'zero', cuts: [], declared: false },
        { task: 'dwell', group: 'shared(click+dwell)', state: 'excluded', cuts: [], declared: false },
        { task: 'click', group: 'tower(click)', state: 'flows', cuts: [], declared: false },
        { task: 'dwell', group: 'tower(click)', state: 'cut', cuts: [stop.id], declared: true },
        { task: 'click', group: 'tower(dwell)', state: 'none', cuts: [], declared: false },
        { task: 'dwell', group: 'tower(dwell)', state: 'flows', cuts: [], declared: false },
      ],
    };
    const panel = await show([header, states, step(1), end]);
    const cells = (await texts(panel, '.heatmap td[data-state]')).map((text) => text.replace(/\s+/g, ' ').trim());
    expect(cells).toEqual(['zero: 0', '0.25 100 %', '–', 'excluded not trained', 'cut :25 as declared', '900 100 %']);
    expect((await texts(panel, '.findings li .headline')).map((text) => text.trim())).toEqual([
      'click does not train shared: its gradient there was exactly 0 at the last 0 deeply observed steps.',
      'dwell is cut from click tower: it does not train it.',
    ]);
    expect(await panel.page.locator('.flow .cut.declared').count()).toBe(1);
    expect(await panel.page.locator('.flow .blocked').count()).toBe(0);
  });

  it('shows what a prediction used as a feature carries, and what would be left', async () => {
    const leaking: GraphLine = { ...graph, features: [leak] };
    const panel = await show([header, leaking, step(1)], true);
    const rows = async (): Promise<string[]> =>
      (await texts(panel, '.feature tbody tr')).map((row) => row.replace(/\s+/g, ' ').trim());
    expect(await rows()).toEqual(['shared 0.697 8.9 % less without', 'click tower 0.057 all of it']);
    await panel.page.getByRole('checkbox', { name: /What if it were cut/ }).click();
    await expect.poll(rows).toEqual(['shared 0.697 0.635', 'click tower 0.057 0']);
  });

  it('moves all charts with one step, and follows the newest again', async () => {
    const panel = await show(healthy.slice(0, -1), true);
    const loss = (): Promise<string> => panel.page.locator('tr[data-task="dwell"] td').first().innerText();
    const slider = panel.page.getByRole('slider');
    await slider.focus();
    await slider.press('ArrowLeft');
    await slider.press('ArrowLeft');
    await expect.poll(loss).toBe(formatNumber(1500));
    expect(await slider.getAttribute('aria-valuetext')).toBe('step 20 of 40');
    await panel.post({ type: 'lines', run: 'run', lines: [step(50)], live: true });
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe('step 20 of 50');
    expect(await loss()).toBe(formatNumber(1500));
    await panel.page.getByRole('checkbox', { name: /^Live/ }).click();
    await expect.poll(loss).toBe(formatNumber(600));
  });

  it('has a table behind every chart that is none itself, with the same numbers', async () => {
    const panel = await show(healthy);
    const boxes = panel.page.getByRole('checkbox', { name: /^Table of/ });
    await boxes.first().waitFor();
    const count = await boxes.count();
    const charts = panel.page.locator('.card:not(#tasks, #agreement, #activity)');
    expect(count).toBe(await charts.count());
    for (let i = 0; i < count; i++) {
      await boxes.nth(i).click();
    }
    await expect.poll(() => charts.locator('.table table caption').count()).toBe(count);
    const newest = (): Promise<string[]> => texts(panel, '#losses .table tbody tr:first-child > *');
    await expect.poll(newest).toEqual(['40', formatNumber(0.7 / 40), formatNumber(750)]);
    await expect.poll(() => panel.page.evaluate('kept.tables.length')).toBe(count);
  });

  it('is looked at as before after a reload', async () => {
    const state = {
      run: 'run',
      cursor: 20,
      lossScale: 'linear',
      lossField: 'weighted',
      group: 'tower(dwell)',
      tables: ['flow'],
      whatIf: [],
    };
    const panel = await show(healthy, false, { state });
    expect(await texts(panel, '.segments [aria-pressed="true"]')).toEqual(['Linear', 'Weighted']);
    expect(await panel.page.getByRole('slider').getAttribute('aria-valuetext')).toBe('step 20 of 40');
    expect(await panel.page.locator('#norm-series select').inputValue()).toBe('tower(dwell)');
    expect(await panel.page.locator('#flow .table').count()).toBe(1);
  });

  it('draws 5,000 steps at most 10 times a second while more come', async () => {
    const panel = await show(longRecord(5000), true);
    await panel.page.waitForSelector('#losses canvas');
    await panel.page.evaluate(
      'new MutationObserver(() => (globalThis.drawings = (globalThis.drawings ?? 0) + 1)).observe(document.querySelector(".head .facts"), { characterData: true, subtree: true })',
    );
    const started = Date.now();
    for (let n = 5001; n <= 5060; n++) {
      await panel.post({ type: 'lines', run: 'run', lines: [step(n)], live: true });
    }
    await expect.poll(() => texts(panel, '.cursor .at')).toEqual(['step 5,060']);
    const drawings = Number(await panel.page.evaluate('globalThis.drawings'));
    expect(drawings).toBeGreaterThan(0);
    expect(drawings).toBeLessThanOrEqual(Math.ceil((Date.now() - started) / 100) + 1);
  });

  it('needs no sideways scrolling at 340 pixels with ten long names', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `a_rather_long_task_name_${i}`);
    const many: GraphLine = {
      ...graph,
      terms: names.map((id) => ({ id, name: id, kind: 'task', position: null, from: 'output' })),
      groups: [group('shared', 'shared', names), ...names.map((name) => group('tower', `${name} tower`, [name]))],
      paths: names.map((task) => ({ task, group: `tower(${task})`, state: 'flows', cuts: [], declared: false })),
    };
    const panel = await show([header, many, step(1)], true, { width: 340 });
    await panel.page.waitForSelector('.flow svg');
    expect(await panel.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(340);
  });
});
