import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { end, graph, header, healthy, recordText, step } from '../../../test/sampleRecord.ts';
import { RecordReader } from './readRecord.ts';
import type { RecordLine } from './record.ts';
import { readRun } from './run.ts';

const soundText = recordText(healthy);
// Names in many scripts, so that pieces of bytes cut letters apart.
const bytes = new TextEncoder().encode(soundText.replaceAll('click', 'клік — 点击'));

function readAll(chunks: readonly (string | Uint8Array)[]): { lines: RecordLine[]; reader: RecordReader } {
  const reader = new RecordReader();
  const lines = chunks.flatMap((chunk) => reader.push(chunk));
  lines.push(...reader.finish());
  return { lines, reader };
}

const nothing = { refused: null, cutShort: false, unknown: 0, damaged: 0, damagedLines: [] };

describe('RecordReader', () => {
  it('gives every line of a sound record', () => {
    const { lines, reader } = readAll([soundText]);
    expect(lines).toEqual(healthy);
    expect(reader.problems).toEqual(nothing);
  });

  it('gives the same lines from bytes cut anywhere, letters included', () => {
    const whole = readAll([bytes]).lines;
    expect(whole).toHaveLength(healthy.length);
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed);
      const chunks: Uint8Array[] = [];
      for (let from = 0; from < bytes.length;) {
        const to = from + random.index(random.pick([2, 5, 300, 3000]));
        chunks.push(bytes.subarray(from, to));
        from = to;
      }
      const { lines, reader } = readAll(chunks);
      expect(lines, `seed ${seed}`).toEqual(whole);
      expect(reader.problems, `seed ${seed}`).toEqual(nothing);
    }
  });

  it('gives a line as soon as it is complete, and not before', () => {
    const reader = new RecordReader();
    const text = recordText([header]);
    expect(reader.push(text.slice(0, -1))).toEqual([]);
    expect(reader.push(text.slice(-1))).toEqual([header]);
    expect(reader.push('\r\n')).toEqual([]);
    expect(reader.finish()).toEqual([]);
    expect(reader.problems).toEqual(nothing);
  });

  it('opens a record cut at any byte with all its complete lines', () => {
    const ends = [...bytes.keys()].filter((i) => bytes[i] === 10);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { lines, reader } = readAll([bytes.subarray(0, cut)]);
      // A line that lacks nothing but its line break is complete.
      const complete = ends.filter((i) => i <= cut).length;
      expect(lines.length, `cut at byte ${cut}`).toBe(complete);
      const atEdge = cut === 0 || bytes[cut - 1] === 10 || bytes[cut] === 10;
      expect(reader.problems, `cut at byte ${cut}`).toEqual({ ...nothing, cutShort: cut < bytes.length && !atEdge });
    }
  });

  it('never throws, and reads on after the damage, whatever the bytes are', () => {
    for (let seed = 1; seed <= 1500; seed++) {
      const random = seededRandom(seed);
      const broken = bytes.slice();
      for (let n = 1 + random.index(4); n > 0; n--) {
        const place = random.index(broken.length);
        if (random.index(2) === 0) {
          broken[place] = random.index(256);
        } else {
          broken.copyWithin(place, random.index(broken.length));
        }
      }
      const read = (): unknown => readRun(broken);
      expect(read, `seed ${seed}`).not.toThrow();
    }
  });

  it('counts and numbers damaged lines, and skips them alone', () => {
    const lines = recordText(healthy).split('\n');
    lines[3] = lines[3]!.slice(0, 50);
    lines[4] = lines[4]!.replace('"total":', '"totl":');
    lines[5] = '[1, 2]';
    const { lines: read, reader } = readAll([lines.join('\n')]);
    expect(read).toEqual([...healthy.slice(0, 3), ...healthy.slice(6)]);
    expect(reader.problems.damaged).toBe(3);
    expect(reader.problems.damagedLines).toEqual([
      { line: 4, fault: 'not JSON' },
      { line: 5, fault: 'step: total: missing' },
      { line: 6, fault: 'not an object with a type' },
    ]);
  });

  it('keeps the first damaged lines and counts them all', () => {
    const { reader } = readAll([recordText([header]) + 'x\n'.repeat(5000)]);
    expect(reader.problems.damaged).toBe(5000);
    expect(reader.problems.damagedLines.map(({ line }) => line)).toEqual(Array.from({ length: 20 }, (_, i) => i + 2));
  });

  it('skips and counts lines of an unknown type and lets unknown fields through', () => {
    const newer = { ...step(1), colour: 'red' };
    const { lines, reader } = readAll([recordText([header, { type: 'weights', step: 1 }, graph, newer, end])]);
    expect(lines).toEqual([header, graph, newer, end]);
    expect(reader.problems).toEqual({ ...nothing, unknown: 1 });
  });

  it('refuses a larger version before it looks at the form, and says what to do', () => {
    const { lines, reader } = readAll([recordText([{ type: 'header', version: 3, runs: [] }, graph, step(1)])]);
    expect(lines).toEqual([]);
    expect(reader.problems.refused).toMatch(/version 3.*up to 2.*update/);
  });

  it('reads nothing from an empty file, and goes on without a header', () => {
    expect(readAll([''])).toMatchObject({ lines: [], reader: { problems: nothing } });
    expect(readAll([recordText([graph, step(1)])]).lines).toEqual([graph, step(1)]);
  });

  it('takes one header', () => {
    const { lines, reader } = readAll([recordText([header, header, { ...header, version: 0 }])]);
    expect(lines).toEqual([header]);
    expect(reader.problems.damagedLines.map(({ line }) => line)).toEqual([2, 3]);
  });

  it('does not keep a line that never ends', () => {
    const reader = new RecordReader();
    const mebibyte = 'a'.repeat(1024 * 1024);
    reader.push(recordText([header]));
    for (let i = 0; i < 70; i++) {
      reader.push(mebibyte);
    }
    expect(reader.push(`\n${recordText([graph])}`)).toEqual([graph]);
    expect(reader.problems.damagedLines).toEqual([{ line: 2, fault: 'longer than 64 MB' }]);
  });
});
