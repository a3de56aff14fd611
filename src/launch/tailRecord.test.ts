import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../test/random.ts';
import { healthy, recordText } from '../../test/sampleRecord.ts';
import { readRun } from '../core/run/run.ts';
import { RecordTail } from './tailRecord.ts';

let folder = '';
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'mtl-tail-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('RecordTail', () => {
  it('has read, after every growth of the file, exactly what a reader of the whole file sees', async () => {
    const text = recordText(healthy);
    for (let seed = 1; seed <= 10; seed++) {
      const random = seededRandom(seed);
      const file = join(folder, `${seed}.jsonl`);
      await writeFile(file, '');
      const tail = new RecordTail(file);
      for (let from = 0; from < text.length;) {
        const to = Math.min(text.length, from + 1 + random.index(1500));
        await appendFile(file, text.slice(from, to));
        from = to;
        await tail.read();
        // The reader of the whole counts a last line that lacks its line break only; the tail waits for it.
        const whole = text.slice(0, text.lastIndexOf('\n', to - 1) + 1);
        expect(tail.run, `seed ${seed}, ${to} bytes`).toEqual(readRun(whole).run);
      }
      expect(await tail.finish()).toEqual(readRun(text).problems);
      expect(tail.run.end).toEqual(healthy.at(-1));
    }
  });

  it('reads in turn when it is asked many times at once', async () => {
    const file = join(folder, 'record.jsonl');
    await writeFile(file, recordText(healthy));
    const tail = new RecordTail(file);
    await Promise.all(Array.from({ length: 10 }, () => tail.read()));
    expect(tail.run.steps).toHaveLength(5);
    await tail.close();
  });

  it('rejects where there is no file, and reads it once there is one', async () => {
    const file = join(folder, 'record.jsonl');
    const tail = new RecordTail(file);
    await expect(tail.read()).rejects.toThrow('ENOENT');
    await writeFile(file, recordText(healthy));
    await tail.read();
    expect(tail.run.end).not.toBeNull();
    await tail.close();
  });
});
