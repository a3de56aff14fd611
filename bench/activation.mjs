// How long every window of VS Code waits for the extension: from the call of `activate()` to its end, the loading of the
// bundle included, in the real browser-hosted VS Code. The extension is the packaged one, except that nothing activates it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageExtension } from '../scripts/package/stage.mjs';
import { root } from '../scripts/setup.mjs';
import { startVscode } from '../scripts/vscodeWindow.mjs';
import { atMost, median } from './shared/figures.mjs';

const WINDOWS = 9;

export async function measure({ say }) {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-bench-activation-'));
  const extension = join(folder, 'extension');
  const results = join(folder, 'milliseconds');
  try {
    await stageExtension(extension, (manifest) => ({ ...manifest, activationEvents: [] }));
    const vscode = await startVscode({ data: join(folder, 'data'), extension, env: { MTL_BENCH_RESULTS: results } });
    try {
      for (let window = 0; window < WINDOWS; window++) {
        const { page, exitCode } = await vscode.open({ tests: join(root, 'bench', 'shared', 'activateOnce.cjs'), print: () => undefined });
        const code = await exitCode;
        await page.close();
        if (code !== 0) {
          throw new Error(`the extension could not be activated (${code}):\n${vscode.serverLog()}`);
        }
      }
    } finally {
      await vscode.stop();
    }
    const times = existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n').map(Number) : [];
    if (times.length !== WINDOWS) {
      throw new Error(`${times.length} of ${WINDOWS} windows said how long activation took`);
    }
    say(`activation in ${WINDOWS} windows, ms: ${times.map((time) => time.toFixed(1)).join(', ')}`);
    return [atMost(50, 'activation, ms, median', median(times))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
