import { describe, expect, it } from 'vitest';
import { graph, header, healthy, step, stop } from '../sampleRecord.ts';
import { dominance, findingsMessage, judged, several } from './findings.ts';
import { findingsPage } from './findingsPage.ts';
import { findBrowser } from './openPanel.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)('the findings of a run', () => {
  const page = findingsPage(executablePath);
  const { show, texts, press, asked } = page;

  it('the root stands first, above all charts, with its sentence, its place and what to change', async () => {
    await show(findingsMessage(several));
    expect(await texts('main h3')).toEqual(['dwell moves 99.8 % of shared; click starves.']);
    expect(await texts('.lead > .severity')).toEqual(['Warning']);
    expect((await texts('.lead .finding-body > p')).slice(0, 2)).toEqual([
      'Its loss is 4.29e4 times that of click, so its gradient in shared is 2,000 against 0.5.',
      'lossScale · dwell · shared · feed.ts · since step 8',
    ]);
    expect(await texts('.lead .advice li')).toEqual([
      'Standardise the targets of dwell: mean 412, deviation 173. untried',
      'Or give its loss a weight of 2.3e-5. untried',
    ]);
    const [lead, charts] = [page.panel.page.locator('.lead'), page.panel.page.locator('.cards')];
    const [above, below] = [await lead.boundingBox(), await charts.boundingBox()];
    expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThan(below?.y ?? 0);
    // Of all text in the page, the largest.
    const sizes = (selector: string): Promise<unknown> =>
      page.panel.page.evaluate(
        `Math.max(...[...document.querySelectorAll('${selector}')].map((each) => parseFloat(getComputedStyle(each).fontSize)))`,
      );
    expect(await sizes('body *')).toBe(await sizes('.lead h3'));
  });

  it('its shares are bars with their interval and their limit; the lines behind it have a table', async () => {
    await show(findingsMessage(several));
    expect(await texts('.lead .gauges > div')).toEqual([
      "dwell's share of shared's update 99.8 % limit 90 %",
      "click's share of shared's update 0.2 %",
      'gradient norm in shared 4000 × limit 100 ×',
    ]);
    const widths = await page.panel.page.evaluate(
      '[...document.querySelectorAll(".gauge.bar")].map((bar) => [".fill", ".interval"].map((part) => bar.querySelector(part).getBoundingClientRect().width / bar.getBoundingClientRect().width))',
    );
    const [[fill, interval], [small]] = widths as [[number, number], [number, number]];
    expect(fill).toBeCloseTo(0.998, 2);
    expect(small).toBeCloseTo(0.002, 2);
    expect(interval).toBeLessThan(0.02);
    const limit = await page.panel.page.evaluate(
      '(() => { const bar = document.querySelector(".gauge.bar"); const all = bar.getBoundingClientRect(); const line = bar.querySelector(".threshold").getBoundingClientRect(); return (line.x + line.width / 2 - all.x) / all.width; })()',
    );
    expect(limit).toBeCloseTo(0.9, 2);
    // dwell has dwell's colour.
    const colour = await page.panel.page.evaluate(
      'getComputedStyle(document.querySelector(".gauge .fill")).backgroundColor === getComputedStyle(document.querySelector("tr[data-task=dwell] .bar > span")).backgroundColor',
    );
    expect(colour).toBe(true);
    expect(await page.panel.page.locator('.lead canvas').count()).toBe(1);
    await page.panel.page.locator('.lead').getByRole('checkbox', { name: 'Table of gradient norm in shared' }).click();
    await expect.poll(() => texts('.lead .table tbody tr').then((rows) => rows.length)).toBe(40);
    expect((await texts('.lead .table tbody tr')).at(-1)).toBe('1 0.5 × 2000 ×');
  });

  it('what it explains is folded under it, in all depths, and nowhere else', async () => {
    await show(findingsMessage(several));
    expect(await texts('.rows .headline')).toEqual([
      'dwell is cut from click tower: it does not train it.',
      'click is cut from dwell tower: it does not train it.',
    ]);
    expect(await texts('.rows .severity')).toEqual(['Warning', 'Note']);
    expect(await page.panel.page.locator('.consequences li').count()).toBe(0);
    await press('Explains 2 more');
    await expect
      .poll(() => texts('.lead .consequences .headline'))
      .toEqual(['click learns nothing after step 20.', 'stalledTask:click happens.']);
    await press('click learns nothing after step 20.');
    await expect
      .poll(() => texts('.consequences .finding.open .finding-body > p'))
      .toContain('Its loss has not moved by more than its noise.');
    await press('Go to line 31', '.consequences');
    expect(await asked()).toEqual([{ type: 'reveal', position: { file: 'src/feed.ts', line: 31, column: 3 } }]);
    await press('Explains 2 more');
    await expect.poll(() => page.panel.page.locator('.consequences li').count()).toBe(0);
  });

  it('a consequence whose root is ignored stands for itself', async () => {
    await show(findingsMessage({ findings: several.findings.slice(1) }));
    expect(await texts('.lead h3')).toEqual(['click learns nothing after step 20.']);
    await press('Explains 1 more');
    await expect.poll(() => texts('.consequences .headline')).toEqual(['stalledTask:click happens.']);
  });

  it('Why? tells why it matters, every number, what belongs to it, the source and the page about its rule', async () => {
    await show(findingsMessage(several));
    expect(await page.panel.page.locator('.because').count()).toBe(0);
    await press('Why?');
    await expect
      .poll(() => texts('.because > p'))
      .toEqual([
        'What one task moves alone is trained for that task alone. The other has to do with what is left.',
        'Source: Z. Chen et al., GradNorm, 2018, section 3',
        'More about lossScale',
      ]);
    expect(await texts('.because tbody tr')).toEqual([
      "dwell's share of shared's update 99.8 % 99.5 to 99.9 % 90 % 1 – 40 (5)",
      "click's share of shared's update 0.2 % 0.1 to 0.5 % – 1 – 40 (5)",
      'gradient norm in shared 4000 × 3100 to 5200 × 100 × –',
      'observed steps 5 – – –',
    ]);
    expect(await texts('.because li')).toEqual(['The loss of click. feed.ts:31']);
    await press('More about lossScale');
    await press(/^feed\.ts:31/, '.because');
    await press(/^Ignore in this file/);
    expect(await asked()).toEqual([
      { type: 'explain', rule: 'lossScale' },
      { type: 'reveal', position: dominance.related[0]?.position },
      { type: 'ignore', finding: 'lossScale:dwell' },
    ]);
  });

  it('nothing found: why not is a list of what each rule has looked at', async () => {
    await show(judged(healthy));
    expect(await texts('.nothing-found')).toEqual(['✓ Nothing found']);
    expect(await page.panel.page.locator('.lead').count()).toBe(0);
    expect(await page.panel.page.locator('.silent').count()).toBe(0);
    await press('Why not?');
    await page.panel.page.waitForSelector('.silent');
    const told = await texts('.silent dl > div');
    expect(told.length).toBeGreaterThan(15);
    expect(told).toContain(
      'symmetry No layer started with units that are all alike and get gradients that are all alike.',
    );
    await press('symmetry, what it looks for');
    expect(await asked()).toEqual([{ type: 'explain', rule: 'symmetry' }]);
  });

  it('what is only worth knowing is no alarm', async () => {
    const declared = { ...graph, cuts: [stop] };
    await show(judged([header, declared, step(1)]));
    expect(await texts('.nothing-found')).toEqual(['✓ Nothing found that harms the training']);
    expect(await texts('.rows .severity')).toEqual(['Note']);
  });
});
