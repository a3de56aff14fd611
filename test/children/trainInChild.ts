import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/core/report/report.ts';
import { recordFaults } from '../recordSchema.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The built command line. */
export const commandLine = join(root, 'dist/cli/main.mjs');

export interface ChildRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node to its end. */
export function runNode(args: readonly string[], cwd: string): Promise<ChildRun> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', fail);
    child.on('close', (status) => done({ status, stdout, stderr }));
  });
}

/** A folder for one test, removed by `dispose`. It lies outside the repository: the script has no tfjs of its own there. */
export function scriptFolder(files: Readonly<Record<string, string>>): { path: string; dispose(): void } {
  const path = mkdtempSync(join(tmpdir(), 'mtl-children-'));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(path, name), text);
  }
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

/** Trains a script through the built command line; its record is held against the schema. */
export async function trainInChild(
  folder: string,
  script: string,
  options: readonly string[] = [],
  args: readonly string[] = [],
): Promise<ChildRun & { report: Report }> {
  const run = await runNode([commandLine, 'train', '--json', ...options, script, ...args], folder);
  let report: Report;
  try {
    report = JSON.parse(run.stdout) as Report;
  } catch {
    throw new Error(`No report (status ${run.status ?? 'none'}):\n${run.stdout}\n${run.stderr}`);
  }
  const faults = recordFaults(readFileSync(report.run.record, 'utf8'));
  if (faults.length > 0) {
    throw new Error(`The record is not valid:\n${faults.join('\n')}`);
  }
  return { ...run, report };
}
