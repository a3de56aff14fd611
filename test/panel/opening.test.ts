import { describe, expect, it } from 'vitest';
import type { EndLine, RecordLine } from '../../src/core/run/record.ts';
import { end, graph, header, healthy, nonFinite, plan, step } from '../sampleRecord.ts';
import { findBrowser } from './openPanel.ts';
import { panels } from './panels.ts';
import { trainExample } from './records.ts';
import { ended, failed, leakGraph, leaking, open, whatIf } from './scenes.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)('what a reader sees first', () => {
  const page = panels(executablePath);

  const show = async (lines: readonly RecordLine[], live = false, state: object | null = null): Promise<void> => {
    await page.opened({ state, height: 700 });
    await page.panel.post(open(lines, live));
    await page.panel.page.waitForSelector('.head');
  };
  const texts = async (selector: string): Promise<string[]> =>
    (await page.panel.page.locator(selector).allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());

  const before = [header, plan, graph, step(1), step(10)];
  const endings: readonly (readonly [state: string, lines: readonly EndLine[], told: string, error: string[]])[] = [
    ['✕ failed', [failed], '✕ The script failed after 40 training steps.', ['RangeError: no such file feed.ts:3']],
    [
      '✕ ended itself',
      [ended('exited', 'the script ended with exit status 3')],
      '✕ The script ended with exit status 3.',
      [],
    ],
    ['✕ interrupted', [ended('interrupted', 'the window closed')], '✕ The window closed.', []],
    ['■ cancelled', [ended('cancelled', 'cancelled after step 40')], '■ Cancelled after step 40.', []],
    [
      '✕ cut short',
      [],
      '✕ The record ends without saying why: the training process was killed, or the machine stopped.',
      [],
    ],
  ];
  it.each(endings)('%s: the reason, the error with its line, and the log', async (state, lines, told, error) => {
    await show([...before, nonFinite, ...lines]);
    expect(await texts('.head .state')).toEqual([state]);
    // Before all that was found out about the run.
    expect((await texts('main h2'))[0]).toBe(told);
    expect(await texts('.ending .error')).toEqual(error);
    expect((await texts('.ending p')).join(' ')).toContain('What was observed up to step 10 is shown.');
    await page.panel.page.getByText('Show Log').click();
    expect((await page.panel.sent()).slice(1)).toEqual([{ type: 'log' }]);
  });

  it('a live run can be stopped, and what it stumbles on stands at the top; a finished one says so calmly', async () => {
    await show(before, true);
    await page.panel.post({ type: 'lines', run: 'run', lines: [nonFinite], live: true });
    await expect
      .poll(() => texts('.alarm h2'))
      .toEqual(['✕ Step 17: The loss of dwell is NaN for the first time. feed.ts:32']);
    await page.panel.page.getByText('■ Stop').click();
    await page.panel.page.getByText('Show Log').click();
    expect((await page.panel.sent()).slice(1)).toEqual([{ type: 'stop' }, { type: 'log' }]);
    await page.panel.post({ type: 'lines', run: 'run', lines: [end], live: false });
    await expect.poll(() => texts('.head .state')).toEqual(['✓ finished']);
    expect(await texts('.head .ending')).toEqual(['The script ended by itself.']);
    expect(await page.panel.page.getByText('■ Stop').count()).toBe(0);
  });

  it('one task that owns the shared layers, with the ratio of the losses, as measured and calmly', async () => {
    await show(healthy);
    expect(await texts('.fact')).toEqual([
      'dwell has 99.8 % of shared’s update; its loss is 4.29e4 times that of click ' +
        'Loss at step 40: dwell 750, click 0.0175. At step 1 the ratio was 4.29e4. click has 0.2 % of the update.',
    ]);
    expect(await page.panel.page.locator('.alarm').count()).toBe(0);
  });

  it('the penguins: mass owns all, by more than a hundred thousand to one', async () => {
    const lines = await trainExample('examples/penguins/train.mjs', '--epochs', '4');
    await show(lines);
    const [told = ''] = await texts('.fact h2');
    expect(told).toMatch(/^mass has 100 % of shared’s update; its loss is \d\.\d+e\d times that of species$/);
    expect((await texts('.fact p'))[0]).toMatch(/At step 1 the ratio was 1\.\d+e7\. species has .* % of the update\.$/);
  });

  it('a prediction that carries a gradient: a word at the top, and on paper without it in graph and table', async () => {
    await show(leaking);
    expect((await texts('.banner .calm'))[0]).toContain('dwell uses click’s prediction, and its gradient flows back');
    const edges = (): Promise<string[]> => page.panel.page.locator('.flow .edge title').allTextContents();
    await page.panel.page.waitForSelector('.flow svg');
    expect(await edges()).toContain('dwell: norm 0.05');
    expect(await page.panel.page.locator('.supposition').count()).toBe(0);
    await page.panel.page.getByRole('checkbox', { name: /What if it were cut/ }).click();
    await page.panel.page.waitForSelector('.flow .supposed');
    expect(await texts('.supposition')).toEqual([
      "✂ As if click's prediction were cut for dwell: the gradients that would be left, worked out on step 1. Nothing was trained so.",
    ]);
    expect(await edges()).not.toContain('dwell: norm 0.05');
    expect(await edges()).toContain('dwell: norm 0.635, if the prediction were cut');
    // The heatmap stays as measured.
    expect(await texts('.heatmap td[data-task="dwell"][data-group="tower(click)"]')).toEqual(['0.05 10 %']);
    await page.panel.page.getByRole('checkbox', { name: 'Table of Gradient flow' }).click();
    await expect
      .poll(async () => (await texts('#flow .table tbody tr')).filter((row) => row.includes('instead')))
      .toEqual([
        'dwell shared flows 200 99.8 % 10 0.635 instead of 0.697 at step 1 –',
        'dwell click tower flows 0.05 10 % 10 0 instead of 0.057 at step 1 –',
      ]);
    expect(await page.panel.page.evaluate('kept')).toEqual(whatIf);
  });

  it('looks at it as if it were cut after a reload, too', async () => {
    await show([header, leakGraph, step(1)], false, whatIf);
    await page.panel.page.waitForSelector('.flow .supposed');
    const box = page.panel.page.getByRole('checkbox', { name: /What if it were cut/ });
    expect(await box.getAttribute('aria-checked')).toBe('true');
    await box.click();
    await expect.poll(() => page.panel.page.locator('.flow .supposed').count()).toBe(0);
  });
});
