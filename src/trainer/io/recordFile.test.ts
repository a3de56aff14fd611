import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RecordFile } from './recordFile.ts';

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'record-file-'));
  folders.push(made);
  return made;
}
afterEach(() => folders.splice(0).forEach((made) => rmSync(made, { recursive: true, force: true })));

describe('a record file', () => {
  it('can be copied after its folder was deleted', () => {
    const [from, to] = [folder(), folder()];
    const old = RecordFile.create(from);
    const long = `${'é'.repeat(700_000)}\n`;
    old.append('{"type":"header"}\n');
    old.append(long);
    expect(old.isInPlace()).toBe(true);
    rmSync(from, { recursive: true });
    expect(old.isInPlace()).toBe(false);
    const fresh = RecordFile.create(to);
    fresh.copyFrom(old);
    fresh.append('last\n');
    expect(readFileSync(path.join(to, 'record.jsonl'), 'utf8')).toBe(`{"type":"header"}\n${long}last\n`);
    expect(fresh.bytes).toBe(old.bytes + 5);
    old.close();
    fresh.close();
  });

  it('notices that another file took its place', () => {
    const at = folder();
    const record = RecordFile.create(at);
    rmSync(path.join(at, 'record.jsonl'));
    writeFileSync(path.join(at, 'record.jsonl'), '');
    expect(record.isInPlace()).toBe(false);
    record.close();
  });

  it.skipIf(!existsSync('/dev/full'))('throws on a full disk, and has no bytes of the line', () => {
    const at = folder();
    symlinkSync('/dev/full', path.join(at, 'record.jsonl'));
    const record = RecordFile.create(at);
    expect(() => record.append('line\n')).toThrow('ENOSPC');
    expect(record.bytes).toBe(0);
    record.close();
  });
});
