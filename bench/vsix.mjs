// How much a user downloads.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVsix } from '../scripts/package/createVsix.mjs';
import { atMost } from './shared/figures.mjs';

export async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-bench-vsix-'));
  try {
    return [atMost(6, 'VSIX size, MB', (await createVsix(join(folder, 'extension.vsix'))) / 1e6)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
