import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** Vitest's global setup: the tests that start real processes run what a user runs, the built dist/. */
export default async function buildOnce(): Promise<void> {
  await promisify(execFile)(process.execPath, ['esbuild.mjs'], { cwd: path.dirname(import.meta.dirname) });
}
