// The pictures of the panel for docs/images: a real run in the built page, in every kind of theme.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { takeComparisonPictures } from './comparisonPictures.mjs';

/** Name, theme, width, and which of the two runs: each theme shows one fault beside the editor and the other on its own. */
const shots = [
  ['dark', 'vscode-dark', 1000, 'loop'],
  ['dark-narrow', 'vscode-dark', 460, 'train'],
  ['light', 'vscode-light', 1000, 'train'],
  ['light-narrow', 'vscode-light', 460, 'loop'],
  ['high-contrast', 'vscode-high-contrast', 1000, 'loop'],
  ['high-contrast-narrow', 'vscode-high-contrast', 460, 'train'],
  ['high-contrast-light', 'vscode-high-contrast-light', 1000, 'train'],
  ['high-contrast-light-narrow', 'vscode-high-contrast-light', 460, 'loop'],
];

/**
 * Draws records in `runs`: one panel per theme and width, of the first record of `loop` or of `train`, then the comparison of
 * all of `loop`. The pictures are kept in `images`. `root` is the repository.
 */
export async function takePanelPictures(browser, root, runs, images) {
  const outdir = join(root, 'dist/pictures');
  const entryPoints = ['openPanel', 'findings'].map((name) => join(root, `test/panel/${name}.ts`));
  const outExtension = { '.js': '.mjs' };
  await build({ bundle: true, platform: 'node', format: 'esm', packages: 'external', entryPoints, outdir, outExtension });
  const { openPanel } = await import(join(outdir, 'openPanel.mjs'));
  const { judged } = await import(join(outdir, 'findings.mjs'));
  rmSync(outdir, { recursive: true });
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
  const of = (script) => recorded.filter(({ lines: [header] }) => header.entry.endsWith(`/${script}.mjs`));
  for (const [name, theme, width, script] of shots) {
    const panel = await openPanel(browser, { theme, width, height: 600 });
    const [shown] = of(script);
    await panel.post({ type: 'open', ...shown });
    await panel.post({ ...judged(shown.lines), run: shown.run });
    await panel.page.waitForSelector('#findings');
    await panel.page.waitForSelector('.flow svg');
    await panel.page.waitForSelector('#losses canvas');
    // As high as the page, so that the step slider stands below all of it.
    const height = await panel.page.evaluate('Math.ceil(document.getElementById("panel").getBoundingClientRect().height)');
    await panel.page.setViewportSize({ width, height });
    await panel.page.screenshot({ path: join(images, `panel-${name}.png`) });
    console.log(`docs/images/panel-${name}.png`);
    await panel.close();
  }
  await takeComparisonPictures(browser, openPanel, of('loop'), images);
}
