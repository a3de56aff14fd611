import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { stageExtension } from './stage.mjs';

/** The Marketplace's packager, run with this Node. */
const vsce = join(createRequire(join(root, 'package.json')).resolve('@vscode/vsce/package.json'), '..', 'vsce');

/**
 * Packs the extension into a VSIX that runs with nothing else installed. Returns its size in bytes.
 * @throws where the packager refuses, and where it warns: what it says is the message
 */
export async function createVsix(file) {
  const stage = mkdtempSync(join(tmpdir(), 'mtl-package-'));
  try {
    await stageExtension(stage);
    const args = [vsce, 'package', '--no-dependencies', '--out', file];
    const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { cwd: stage, encoding: 'utf8' });
    const said = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim();
    if (status !== 0 || /warning|error/i.test(said)) {
      throw new Error(`vsce does not like the package:\n${said}`);
    }
    return statSync(file).size;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
