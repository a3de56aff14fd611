import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GraphLine, RecordLine, StepLine } from '../../src/core/run/record.ts';
import { detach, end, graph, header, step } from '../sampleRecord.ts';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Trains an example under observation and gives the lines of its record. */
export async function trainExample(...args: readonly string[]): Promise<RecordLine[]> {
  const runs = await mkdtemp(join(tmpdir(), 'mtl-panel-'));
  try {
    const options = ['train', '--json', '--seed', '1', '--every', '5', '--runs', runs, ...args];
    const child = spawn(process.execPath, ['dist/cli/main.mjs', ...options], { cwd: root, stdio: 'ignore' });
    const status = await new Promise((done, fail) => child.on('error', fail).on('close', done));
    if (status !== 0) {
      throw new Error(`${args.join(' ')} ended with ${String(status)}`);
    }
    const [run = ''] = await readdir(runs);
    const text = await readFile(join(runs, run, 'record.jsonl'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RecordLine);
  } finally {
    await rm(runs, { recursive: true, force: true });
  }
}

/** A record with `count` observed steps that is still written. */
export function longRecord(count: number): RecordLine[] {
  const steps = Array.from({ length: count }, (_, i): StepLine => step(i + 1));
  return [header, graph, ...steps];
}

const cutGraph: GraphLine = {
  ...graph,
  cuts: [detach],
  paths: graph.paths.map((path) =>
    path.task === 'dwell' && path.group.startsWith('shared') ? { ...path, state: 'cut', cuts: [detach.id] } : path,
  ),
};
/** What healthy is, with a cut, another seed, and half the loss of click. */
export const changed: readonly RecordLine[] = [
  { ...header, seed: 8 },
  cutGraph,
  ...[1, 10, 20, 30].map((n) => {
    const each = step(n);
    return { ...each, loss: each.loss.map((loss, i) => (i === 0 ? { ...loss, raw: 0.35 / n } : loss)) };
  }),
  end,
];

/** What the host sends of a comparison of runs with these lines. */
export function comparing(lines: readonly (readonly RecordLine[])[], live = false): unknown {
  return {
    type: 'compare',
    runs: lines.map((each, i) => ({ run: `/runs/${i}`, folder: `/runs/${i}`, lines: each, live })),
  };
}
