import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { header as sample } from '../../test/sampleRecord.ts';
import { readRunSource } from './readRunSource.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'mtl-source-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const script = 'const a = "é";\n';
const scriptHash = `sha256:${createHash('sha256').update(script).digest('hex')}`;
const header = { ...sample, cwd, entry: 'train.mjs', scriptHash };

function write(file: string, text: string, time: string): void {
  writeFileSync(path.join(cwd, file), text);
  utimesSync(path.join(cwd, file), new Date(time), new Date(time));
}

const [before, after] = ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'];

describe('a source file of a run', () => {
  it('is known by its hash where it is the entry, whenever it was written', () => {
    write('train.mjs', script, after);
    expect(readRunSource(header, 'train.mjs')).toEqual({
      path: path.join(cwd, 'train.mjs'),
      text: script,
      edited: false,
    });
    write('train.mjs', `${script}\n`, before);
    expect(readRunSource(header, 'train.mjs')?.edited).toBe(true);
  });

  it('is known by when it was written where it is another, or no hash was recorded', () => {
    write('data.mjs', script, before);
    expect(readRunSource(header, path.join(cwd, 'data.mjs'))?.edited).toBe(false);
    write('data.mjs', script, after);
    expect(readRunSource(header, 'data.mjs')?.edited).toBe(true);
    write('train.mjs', script, after);
    expect(readRunSource({ ...header, scriptHash: null }, 'train.mjs')?.edited).toBe(true);
  });

  it('is nothing where it is gone', () => expect(readRunSource(header, 'gone.mjs')).toBeNull());
});
