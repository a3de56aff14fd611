// The pictures of a comparison for docs/images: a run with a cut and one without, in the built page.
import { join } from 'node:path';

const shots = [
  ['vscode-dark', 1180, 1370],
  ['vscode-light', 620, 2680],
];

/** `runs`: two messages' worth of runs, the reference first. */
export async function takeComparisonPictures(browser, openPanel, runs, images) {
  for (const [theme, width, height] of shots) {
    const panel = await openPanel(browser, { theme, width, height });
    await panel.post({ type: 'compare', runs });
    await panel.page.waitForSelector('#loss-0 canvas');
    const file = `compare-${theme.replace('vscode-', '')}.png`;
    await panel.page.screenshot({ path: join(images, file), fullPage: true });
    console.log(`docs/images/${file}`);
    await panel.close();
  }
}
