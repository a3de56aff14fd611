// What a record of a long run costs: on the disk, in the host's memory, and to read. Ten tasks, 40 variable groups and a million
// steps, written through the trainer's own classes; and how fast lines are read, form and all.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { root } from '../scripts/setup.mjs';
import { atLeast, atMost, median } from './shared/figures.mjs';

const ROUNDS = 5;
const MB = 1e6;

/** Lines of one type, as their text. */
function textsOf(lines, type, from, count) {
  const texts = [];
  for (const line of lines) {
    if (line.type === type && line.step >= from && line.boundary !== null) {
      texts.push(`${JSON.stringify(line)}\n`);
    }
    if (texts.length === count) {
      break;
    }
  }
  return texts.join('');
}

/** Lines a second of the reader, from bytes as they come from the disk. */
function speed({ RecordReader }, text, count) {
  const bytes = new TextEncoder().encode(text);
  const piece = 256 * 1024;
  const times = Array.from({ length: ROUNDS }, () => {
    const reader = new RecordReader();
    const start = performance.now();
    let lines = 0;
    for (let at = 0; at < bytes.length; at += piece) {
      lines += reader.read(bytes.subarray(at, at + piece)).length;
    }
    if (lines !== count) {
      throw new Error(`${lines} of ${count} lines were read: ${JSON.stringify(reader.problems)}`);
    }
    return performance.now() - start;
  });
  return (count * 1000) / median(times);
}

export async function measure({ say }) {
  const folder = mkdtempSync(join(tmpdir(), 'mtl-bench-reading-'));
  try {
    const bundle = join(folder, 'longRecord.mjs');
    await build({
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['vscode'],
      entryPoints: [join(root, 'bench', 'shared', 'longRecord.ts')],
      outfile: bundle,
    });
    const long = await import(pathToFileURL(bundle).href);
    const eight = long.graphOf(8, 20);
    const shallow = textsOf(long.linesOf(2_000, { ...eight, groups: [] }), 'window', 1, 600);
    const windows = textsOf(long.linesOf(400_000, { ...eight, groups: [] }), 'window', 300_000, 500);
    const deep = textsOf(long.linesOf(500, eight), 'step', 1, 400);
    const rates = {
      shallow: speed(long, shallow.repeat(50), 30_000),
      windows: speed(long, windows.repeat(20), 10_000),
      deep: speed(long, deep.repeat(5), 2_000),
    };
    say(`a window of one step has ${Math.round(shallow.length / 600)} bytes, of many ${Math.round(windows.length / 500)}; a full line ${Math.round(deep.length / 400)}`);
    const { folder: run, bytes } = long.writeRecord(join(folder, 'runs'), long.linesOf(1_000_000, long.graphOf(10, 40)));
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', join(root, 'bench', 'shared', 'holdRecord.mjs'), bundle, run]);
    const held = JSON.parse(stdout);
    say(`${held.windows} windows and ${held.steps} full lines; read in ${(held.milliseconds / 1000).toFixed(1)} s`);
    if (held.state !== 'finished') {
      throw new Error(`the record was not read to its end: ${stdout}`);
    }
    return [
      atLeast(50_000, 'lines read a second: of one step with its boundary, 8 tasks', rates.shallow),
      atLeast(15_000, 'lines read a second: windows of many steps, 8 tasks', rates.windows),
      atLeast(5_000, 'lines read a second: in full, 8 tasks, 20 groups', rates.deep),
      atMost(140, 'a million steps, 10 tasks, 40 groups: MB on the disk', bytes / MB),
      atMost(150, 'the same: MB in the host', held.held / MB),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
