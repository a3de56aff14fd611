import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { graphOf, linesOf, writeRecord } from '../bench/shared/longRecord.ts';
import { unpacked } from '../src/core/run/packed/keptLine.ts';
import { FollowedRun } from '../src/host/runs/followedRun.ts';
import { recordFaults } from './recordSchema.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mtl-long-'))));
afterEach(() => rmSync(folder, { recursive: true }));

// `npm run bench -- readingRecords` has the same for a million steps.
it('a long record, written as the trainer writes, is sound, and the host holds it in less memory than it takes on the disk', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const { folder: run, bytes } = writeRecord(folder, linesOf(5_000, graphOf(6, 16)));
  const before = used();
  const followed = new FollowedRun(run, false);
  await followed.open();
  expect(followed.state).toBe('finished');
  // Parsed objects take two to five times as much as their text.
  expect((used() - before) / bytes).toBeLessThan(0.9);
  const text = readFileSync(join(run, 'record.jsonl'), 'utf8');
  expect(recordFaults(text)).toEqual([]);
  expect(followed.lines.map((line) => JSON.stringify(unpacked(line))).join('\n')).toBe(text.trimEnd());
  expect(followed.run.windows.reduce((sum, { steps }) => sum + steps, 0)).toBe(5_000);
  expect(followed.run.steps.length).toBeGreaterThan(1_000);
  followed.dispose();
});
