// The pictures of the panel for docs/images: a real run in the built page, in every kind of theme.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { takeComparisonPictures } from './comparisonPictures.mjs';

const shots = [
  ['vscode-dark', 1180],
  ['vscode-light', 620],
  ['vscode-high-contrast', 1180],
  ['vscode-high-contrast-light', 620],
];

/**
 * Draws the oldest record in `runs` and keeps one picture per theme in `images`, then the comparison of all of them.
 * `root` is the repository.
 */
export async function takePanelPictures(browser, root, runs, images) {
  const opener = join(root, 'dist/pictures/openPanel.mjs');
  const entryPoints = [join(root, 'test/panel/openPanel.ts')];
  await build({ bundle: true, platform: 'node', format: 'esm', packages: 'external', entryPoints, outfile: opener });
  const { openPanel } = await import(opener);
  rmSync(join(root, 'dist/pictures'), { recursive: true });
  const recorded = readdirSync(runs)
    .sort()
    .map((run) => {
      const text = readFileSync(join(runs, run, 'record.jsonl'), 'utf8');
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      return { run, folder: '.mtl/runs', lines, live: false };
    });
  for (const [theme, width] of shots) {
    const panel = await openPanel(browser, { theme, width, height: width > 700 ? 1380 : 2450 });
    await panel.post({ type: 'open', ...recorded[0] });
    await panel.page.waitForSelector('.flow svg');
    await panel.page.waitForSelector('#losses canvas');
    const file = `panel-${theme.replace('vscode-', '')}.png`;
    await panel.page.screenshot({ path: join(images, file), fullPage: true });
    console.log(`docs/images/${file}`);
    await panel.close();
  }
  await takeComparisonPictures(browser, openPanel, recorded, images);
}
