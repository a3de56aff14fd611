import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatNumber, formatPercent } from '../../src/core/report/format.ts';
import type { GraphLine, RecordLine } from '../../src/core/run/record.ts';
import { detach, end, graph, header, healthy, step, validation } from '../sampleRecord.ts';
import { findBrowser, launchBrowser, openPanel, type OpenedPanel } from './openPanel.ts';
import { changed, comparing, trainExample } from './records.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)('a comparison', () => {
  let browser: Browser;
  let opened: OpenedPanel | null = null;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath ?? '');
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const faults = opened?.faults;
    await opened?.close();
    opened = null;
    expect(faults ?? []).toEqual([]);
  });

  const show = async (
    lines: readonly (readonly RecordLine[])[],
    wishes: Parameters<typeof openPanel>[1] = {},
    live = false,
  ): Promise<OpenedPanel> => {
    opened = await openPanel(browser, wishes);
    await opened.post(comparing(lines, live));
    await opened.page.waitForSelector('.compared');
    return opened;
  };
  const texts = async (panel: OpenedPanel, selector: string): Promise<string[]> =>
    (await panel.page.locator(selector).allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  const figures = (panel: OpenedPanel, task: string, run: string): Promise<string[]> =>
    texts(panel, `#figures [data-task="${task}"] [data-run="${run}"] td`);

  it('says first what was changed, and nothing else; a cut leads to its line, a run to its panel', async () => {
    const panel = await show([healthy, changed]);
    expect(await texts(panel, '#changes tbody tr')).toEqual([
      'seed 7 8',
      'cut: dataSync keeps dwell out of shared none ✕ feed.ts:21',
    ]);
    expect(await texts(panel, '#changes .chance')).toEqual([
      expect.stringMatching(/^The seeds differ\. One run each cannot/),
    ]);
    const order = await panel.page.evaluate('[...document.querySelectorAll(".card")].map(({ id }) => id)');
    expect(order).toEqual(['changes', 'figures', 'loss-0', 'loss-1', 'shared']);
    await panel.page.locator('#changes button.link').click();
    await panel.page.getByRole('button', { name: /open run B$/ }).click();
    expect((await panel.sent()).slice(1)).toEqual([
      { type: 'reveal', position: detach.position, run: '/runs/1' },
      { type: 'show', run: '/runs/1' },
    ]);
  });

  it('says so where nothing that is recorded differs', async () => {
    const panel = await show([healthy, healthy]);
    expect(await texts(panel, '#changes .calm')).toEqual(['Nothing that is recorded of their set-up differs.']);
    expect(await texts(panel, '#changes .chance')).toEqual([expect.stringMatching(/^All have seed 7\./)]);
    expect(await texts(panel, '.of-task')).toEqual(['click equal at step 40', 'dwell equal at step 40']);
  });

  it('holds the losses against each other at the last common step, in words, with the figures of real records', async () => {
    const [a, b] = [
      await trainExample('examples/feed/loop.mjs', '--detach'),
      await trainExample('examples/feed/loop.mjs'),
    ];
    const panel = await show([a, b]);
    const last = a.findLast((line) => line.type === 'step')!;
    const lastOfB = b.findLast((line) => line.type === 'step')!;
    expect(last.step).toBe(lastOfB.step);
    expect(await texts(panel, '#changes tbody th')).toEqual([
      'arguments',
      expect.stringMatching(/^cut: dataSync keeps conversion out of/),
    ]);
    const tasks = ['click', 'dwell', 'conversion'];
    for (const [i, task] of tasks.entries()) {
      const raw = [last, lastOfB].map(({ loss }) => Number(loss[i]!.raw));
      const shown = [await figures(panel, task, 'A'), await figures(panel, task, 'B')];
      expect(shown.map((cells) => cells[3])).toEqual(raw.map((each) => formatNumber(each)));
      expect(shown.map((cells) => cells[4])).toEqual(raw[0]! < raw[1]! ? ['▼ lower', 'higher'] : ['higher', '▼ lower']);
      expect(shown[1]![5]).toBe(formatNumber(raw[1]! / raw[0]!));
      const heads = await texts(panel, `#figures [data-task="${task}"] .of-task`);
      expect(heads[0]).toContain(`${raw[0]! < raw[1]! ? 'A' : 'B'} is lower at step ${last.step}`);
      const labels = await texts(panel, `#loss-${i} .labels span`);
      expect(labels).toEqual([`A ${formatNumber(raw[0])}`, `B ${formatNumber(raw[1])}`]);
    }
    const shared = Object.keys(lastOfB.groups).find((id) => id.startsWith('shared'))!;
    const measure = lastOfB.groups[shared]!;
    for (const [i, task] of measure.terms.entries()) {
      const cell = await texts(panel, `#shared [data-task="${task}"] [data-run="B"]`);
      expect(cell).toEqual([`${formatNumber(measure.norm[i])} ${formatPercent(measure.share![i])}`]);
    }
    expect(await texts(panel, '#shared [data-task="conversion"] [data-run="A"]')).toEqual(['cut']);
  }, 120_000);

  it('says where the step that is looked at and those before it do not agree', async () => {
    const lucky = changed.map((line) =>
      line.type === 'step' && line.step < 30 ? { ...line, loss: step(1).loss } : line,
    );
    const panel = await show([healthy, lucky]);
    expect(await texts(panel, '[data-task="click"] .of-task')).toEqual([
      "click B is lower at step 30: B's loss is 0.5 times A's, but not in the median of 10",
    ]);
  });

  it('shows validation, tasks that only some have, losses that are no numbers, and runs with nothing in them', async () => {
    const third: GraphLine = {
      ...graph,
      terms: [graph.terms[0]!, { ...graph.terms[1]!, id: 'share', name: 'share' }],
      objectives: [{ ...graph.objectives[0]!, terms: ['click', 'share'] }],
    };
    const nan = step(1, { loss: ['NaN' as const, 5].map((raw) => ({ raw, weight: 1, weighted: raw, relative: 1 })) });
    const panel = await show([[header, graph, step(1), validation], [{ ...header, seed: null }, third, nan], []]);
    expect(await figures(panel, 'click', 'A')).toEqual([
      '0.7',
      '0.7 step 1',
      '0.7 step 1',
      '0.7',
      '▼ lower',
      '1',
      '0.7',
      'loss 0.61 (epoch 1), accuracy 0.7 (epoch 1)',
    ]);
    expect((await figures(panel, 'click', 'B')).slice(0, 6)).toEqual([
      'NaN',
      'NaN step 1',
      '–',
      'NaN',
      'not finite',
      '–',
    ]);
    expect(await figures(panel, 'click', 'C')).toEqual(['not observed yet']);
    expect(await figures(panel, 'share', 'A')).toEqual(['has no such task']);
    expect(await texts(panel, '[data-task="share"] .of-task')).toEqual(['share only in B']);
    expect(await texts(panel, '#loss-0 > .note')).toEqual([expect.stringContaining('B: 1 value not finite')]);
    expect(await texts(panel, '.chance')).toEqual([expect.stringMatching(/^No seed is recorded for B and C\./)]);
    await panel.post(comparing([[], [header]]));
    await expect.poll(() => texts(panel, 'h1')).toEqual(['Comparison of 2 runs']);
    await expect.poll(() => panel.page.locator('#figures').count()).toBe(0);
  });

  it('follows runs that are still trained, moves all with one step, and turns to one run alone', async () => {
    const panel = await show([healthy.slice(0, -1), changed.slice(0, -1)], {}, true);
    const slider = panel.page.getByRole('slider');
    expect(await slider.getAttribute('aria-valuetext')).toBe('step 30 of 30');
    await panel.post({ type: 'lines', run: '/runs/1', lines: [step(40)], live: true });
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe('step 40 of 40');
    expect((await figures(panel, 'dwell', 'B'))[3]).toBe('750');
    await slider.focus();
    await slider.press('Home');
    await expect.poll(async () => (await figures(panel, 'click', 'B'))[3]).toBe('0.35');
    expect(await texts(panel, '[data-task="click"] .of-task')).toEqual([
      "click B is lower at step 1: B's loss is 0.5 times A's",
    ]);
    await panel.post({ type: 'lines', run: '/runs/elsewhere', lines: [step(50)], live: true });
    await panel.post({ type: 'lines', run: '/runs/0', lines: [end], live: false });
    await expect.poll(() => texts(panel, '.compared .state')).toEqual(['✓ finished', '▶ training']);
    await panel.post({ type: 'open', run: 'one', folder: '/one', lines: healthy, live: false });
    await expect.poll(() => texts(panel, 'h1')).toEqual(['feed.ts']);
    expect(await panel.page.evaluate('[kept.run, kept.compared.length, kept.cursor]')).toEqual(['one', 0, null]);
  });

  it('has a table behind every chart, and is looked at as before after a reload', async () => {
    const panel = await show([healthy, changed]);
    await panel.page.getByRole('checkbox', { name: 'Table of dwell loss' }).click();
    await panel.page.getByRole('button', { name: 'Linear' }).first().click();
    await panel.page.getByRole('slider').press('ArrowLeft');
    await expect
      .poll(() => texts(panel, '#loss-1 .table tbody tr'))
      .toEqual(['20 1500 1500', '10 3000 3000', '1 3e4 3e4']);
    const kept = await panel.page.evaluate('kept');
    expect(kept).toMatchObject({ run: null, compared: ['/runs/0', '/runs/1'], cursor: 20, lossScale: 'linear' });
    await panel.close();
    const again = await show([healthy, changed], { state: kept });
    expect(await again.page.getByRole('slider').getAttribute('aria-valuetext')).toBe('step 20 of 30');
    expect(await texts(again, '#loss-1 .table tbody tr:first-child')).toEqual(['20 1500 1500']);
    expect(await texts(again, '#loss-0 [aria-pressed="true"]')).toEqual(['Linear']);
  });

  it('the panel of one run offers it', async () => {
    opened = await openPanel(browser);
    await opened.post({ type: 'open', run: 'run', folder: '/x', lines: healthy, live: false });
    await opened.page.getByText('Compare…').click();
    expect((await opened.sent()).slice(1)).toEqual([{ type: 'compare' }]);
  });
});
