import { describe, expect, it } from 'vitest';
import type { RecordLine } from '../../src/core/run/record.ts';
import { activation, manyHalves, quiet } from '../sampleNoise.ts';
import { graph, header, healthy, step } from '../sampleRecord.ts';
import { findBrowser } from './openPanel.ts';
import { panels } from './panels.ts';
import { open } from './scenes.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)('agreement, activations and gates in the panel', () => {
  const page = panels(executablePath);

  const show = async (lines: readonly RecordLine[], live = false): Promise<void> => {
    await page.opened();
    await page.panel.post(open(lines, live));
    await page.panel.page.waitForSelector('.head');
  };
  const cells = (row: string): Promise<string[]> =>
    page.panel.page
      .locator(`${row} :is(th, td)`)
      .allInnerTexts()
      .then((texts) => texts.map((text) => text.replaceAll(/\s+/g, ' ').trim()));

  it('shows the corrected cosine with its interval, and what lets no gradient through', async () => {
    await show(quiet);
    expect(await cells('#agreement tbody tr')).toEqual([
      'click, dwell',
      'shared',
      '0.20',
      '0 of 1',
      '-0.15',
      '-0.16 to -0.14',
      '20',
      'pull apart',
    ]);
    expect(await cells('#activity tr[data-layer="gate_click"]')).toEqual([
      'gate_click',
      '3',
      '0.004',
      '97 %',
      'expert 3: 99.6 %',
    ]);
    expect(await cells('#activity tr[data-layer="click_tower"]')).toEqual(['click_tower Relu', '16', '9', '8', '–']);
    expect(await page.panel.page.locator('#activity tr[data-layer="trunk"]').count()).toBe(0);
    expect(await page.panel.page.locator('#activity').innerText()).toContain('Other 1 activation: every unit alive');
  });

  it('says that a cosine is not measurable, and that halves are mixed', async () => {
    await show([header, graph, step(1), ...manyHalves(6, { independent: false })], true);
    const row = await cells('#agreement tbody tr');
    expect(row[6]).toBe('20, mixed');
    expect(row[7]).toMatch(/^not measurable with 32 rows: needs a batch of about \d+$/);
    expect(await page.panel.page.locator('#agreement').innerText()).toContain('BatchNorm');
  });

  it('follows the step that is looked at', async () => {
    const at = (n: number, dead: number): RecordLine =>
      step(n, { activations: [activation('trunk', { zero: dead, dead })], gates: [] });
    await show([header, graph, at(1, 3), at(10, 7), step(20, { objective: 'other' })]);
    expect(await page.panel.page.locator('#activity .note').first().innerText()).toContain('at step 10');
    expect((await cells('#activity tr[data-layer="trunk"]'))[3]).toBe('7');
    await page.panel.page.locator('input[type=range]').fill('0');
    expect((await cells('#activity tr[data-layer="trunk"]'))[3]).toBe('3');
  });

  it('has no card where nothing was measured', async () => {
    await show(healthy.map((line) => (line.type === 'step' ? { ...line, groups: {} } : line)));
    expect(await page.panel.page.locator('#agreement, #activity').count()).toBe(0);
  });
});
