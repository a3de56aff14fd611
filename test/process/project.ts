import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The repository: its built dist/ is what the tests run, its node_modules hold a tfjs that loads. */
export const repository = path.resolve(import.meta.dirname, '..', '..');

export const builtPreload = path.join(repository, 'dist', 'trainer', 'preload.mjs');

const made: string[] = [];

/** A fresh folder with these files; `package.json` is `{}` where none is given, so that it is the working directory. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'training-process-')));
  made.push(folder);
  for (const [name, text] of Object.entries({ 'package.json': '{}', ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** Gives a project a tfjs of its own: the repository's. */
export function linkTfjs(folder: string): void {
  const scope = path.join(folder, 'node_modules', '@tensorflow');
  mkdirSync(scope, { recursive: true });
  symlinkSync(path.join(repository, 'node_modules', '@tensorflow', 'tfjs'), path.join(scope, 'tfjs'), 'junction');
}

export function removeProjects(): void {
  for (const folder of made.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
}
