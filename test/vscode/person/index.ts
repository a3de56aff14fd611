import type { Page } from 'playwright-core';
import { runRegistered } from '../runner.ts';
import { compareTheRuns } from './compare.ts';
import { surviveWhatHappens } from './lifetime.ts';
import { trainFromThePalette } from './palette.ts';
import { readThePanel } from './panel.ts';
import type { Outside } from './window.ts';

/** What the launcher calls; returns the exit code. */
export async function run(outside: Outside): Promise<number> {
  let opened: Promise<Page> | undefined;
  /** One window for all of these tests. */
  const window = (): Promise<Page> => (opened ??= outside.open().then(({ page }) => page));
  compareTheRuns(outside, window);
  readThePanel(outside, window);
  trainFromThePalette(outside, window);
  surviveWhatHappens(outside, window);
  return (await runRegistered(outside.photograph)) > 0 ? 1 : 0;
}
