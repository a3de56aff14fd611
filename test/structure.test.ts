import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const sourcesIn = (folder: string): string[] =>
  readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:c?ts|tsx)$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => resolve(root, folder, file));
const sources = sourcesIn('src');

/** Files that a file imports, also for their types alone: what goes in a circle can only be understood as one. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export)\s[^;]*?from\s+'(\.[^']+)'/gm)].map(([, path = '']) =>
    resolve(dirname(file), path),
  );
}

it('no file imports itself in a circle', () => {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    expect(trail.includes(file), [...trail, file].map((path) => relative(root, path)).join(' -> ')).toBe(false);
    if (!done.has(file)) {
      importsOf(file).forEach((next) => visit(next, [...trail, file]));
      done.add(file);
    }
  };
  [...sources, ...sourcesIn('webview')].forEach((file) => visit(file, []));
  expect(done.size).toBeGreaterThan(500);
});

it('core imports nothing but itself', () => {
  for (const file of sources.filter(
    (path) => relative(root, path).startsWith('src/core') && !path.endsWith('.test.ts'),
  )) {
    const outside = [
      ...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^.][^']*)'/gm),
    ];
    expect(
      outside.map(([, name]) => name),
      relative(root, file),
    ).toEqual([]);
  }
});
