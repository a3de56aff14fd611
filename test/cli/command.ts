import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.mjs', import.meta.url));

export interface CommandEnd {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly end: Promise<CommandEnd>;
  /** Resolves when standard error has shown the text; rejects when the command ended without. */
  shows(text: string): Promise<void>;
}

/** Starts the built `mtl-debugger` as a user does. */
export function startCommand(args: readonly string[], cwd: string): RunningCommand {
  if (!existsSync(main)) {
    throw new Error('dist/cli/main.mjs is missing: build first, with node esbuild.mjs');
  }
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const child = spawn(process.execPath, [main, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
  return {
    child,
    end,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stderr.includes(text)) {
            resolve();
          }
        };
        child.stderr.on('data', look);
        child.once('close', () => reject(new Error(`the command ended without "${text}":\n${stderr}`)));
        look();
      }),
  };
}

export function runCommand(args: readonly string[], cwd: string): Promise<CommandEnd> {
  return startCommand(args, cwd).end;
}

/** Folders that are deleted when the file's tests are done. */
export function temporaryFolders(): () => Promise<string> {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mtl-cli-'));
    folders.push(folder);
    return folder;
  };
}
