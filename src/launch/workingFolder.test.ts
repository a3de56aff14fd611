import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { workingFolder } from './workingFolder.ts';

const root = mkdtempSync(path.join(tmpdir(), 'working-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

it('is that of the nearest package.json, else of the script', () => {
  mkdirSync(path.join(root, 'outer', 'inner', 'src'), { recursive: true });
  expect(workingFolder(path.join(root, 'outer', 'inner', 'src', 'a.js'))).toBe(
    path.join(root, 'outer', 'inner', 'src'),
  );
  writeFileSync(path.join(root, 'outer', 'package.json'), '{}');
  expect(workingFolder(path.join(root, 'outer', 'inner', 'src', 'a.js'))).toBe(path.join(root, 'outer'));
  writeFileSync(path.join(root, 'outer', 'inner', 'package.json'), '{}');
  expect(workingFolder(path.join(root, 'outer', 'inner', 'src', 'a.js'))).toBe(path.join(root, 'outer', 'inner'));
});
