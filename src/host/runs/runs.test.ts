import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { end, graph, header, healthy, plan, recordText, step } from '../../../test/sampleRecord.ts';
import { unpacked } from '../../core/run/packed/keptLine.ts';
import type { RecordLine } from '../../core/run/record.ts';
import { FollowedRun, LEAST_BETWEEN_UPDATES, type Update } from './followedRun.ts';
import { findRunsFolders } from './findRunFolders.ts';
import { readSummary } from './readSummary.ts';
import { runLabel } from './runLabels.ts';
import { Runs } from './runs.ts';

let root = '';
beforeEach(() => void (root = mkdtempSync(path.join(tmpdir(), 'mtl-runs-'))));
afterEach(() => rmSync(root, { recursive: true }));

const record = (folder: string, lines: readonly RecordLine[] | string): string => {
  const absolute = path.join(root, folder);
  mkdirSync(absolute, { recursive: true });
  writeFileSync(path.join(absolute, 'record.jsonl'), typeof lines === 'string' ? lines : recordText(lines));
  return absolute;
};

/** No process has this number: Linux, macOS and Windows give smaller ones. */
const dead = { ...header, pid: 2 ** 30 };
const alive = { ...header, pid: process.pid };

describe('the summary of a run', () => {
  it('is what the record says', async () => {
    expect(await readSummary(record('a', healthy))).toMatchObject({
      entry: path.resolve('/home/ada/feed/feed.ts'),
      time: header.time,
      state: 'finished',
      reason: end.reason,
      steps: 40,
      tasks: ['click', 'dwell'],
    });
  });

  it('is the same of a record so long that only its ends are read', async () => {
    const steps = Array.from({ length: 3_000 }, (_, i) => step(i + 1));
    const long = record('long', [header, plan, graph, ...steps, { ...end, steps: 3_000 }]);
    expect(await readSummary(long)).toMatchObject({ state: 'finished', steps: 3_000, tasks: ['click', 'dwell'] });
    const open = record('open', [dead, plan, graph, ...steps]);
    expect(await readSummary(open)).toMatchObject({ state: 'cut short', steps: 3_000 });
  });

  it('tells a run that is recorded now from one that was cut short, and what it cannot read', async () => {
    expect(await readSummary(record('a', [alive, plan]))).toMatchObject({ state: 'running', steps: 0 });
    expect(await readSummary(record('b', [dead, plan]))).toMatchObject({ state: 'cut short' });
    expect(await readSummary(record('c', 'no JSON\n'))).toMatchObject({ state: 'unreadable', entry: null });
    expect((await readSummary(record('d', '{"type":"header","version":99}\n'))).reason).toContain('version 99');
    expect((await readSummary(path.join(root, 'absent'))).reason).toContain('ENOENT');
  });

  it('is labelled with state, time and tasks, and every state by a sign of its own', async () => {
    const label = runLabel(await readSummary(record('a', healthy)), 'en-US');
    expect(label.label).toBe('feed.ts');
    expect(label.description).toMatch(/^finished · Mar \d, 2026.* · click, dwell$/);
    expect(label.tooltip).toContain('40 steps');
    expect(runLabel(await readSummary(record('c', 'x')), 'en-US')).toMatchObject({ label: 'c', icon: 'question' });
  });
});

describe('the runs of a workspace', () => {
  it('are those of every package in it, newest first, and not those of its libraries', async () => {
    record('.mtl/runs/b', [{ ...dead, time: '2026-01-02T00:00:00.000Z' }, end]);
    record('packages/x/.mtl/runs/a', [{ ...dead, time: '2026-01-03T00:00:00.000Z' }, end]);
    record('node_modules/y/.mtl/runs/c', healthy);
    mkdirSync(path.join(root, '.mtl/runs/empty'));
    const other = record('elsewhere/deep/er/than/can/be/.mtl/runs/d', [
      { ...dead, time: '2026-01-01T00:00:00.000Z' },
      end,
    ]);
    expect(await findRunsFolders(path.join(root, 'packages'))).toEqual([path.join(root, 'packages/x/.mtl/runs')]);
    const runs = new Runs([path.dirname(other)]);
    runs.setRoots([root]);
    expect((await runs.listed()).map(({ name }) => name)).toEqual(['a', 'b', 'd']);
    rmSync(path.join(root, '.mtl'), { recursive: true });
    record('.mtl/runs/new', [{ ...dead, time: '2026-01-04T00:00:00.000Z' }, end]);
    expect((await runs.refresh()).map(({ name }) => name)).toEqual(['new', 'a', 'd']);
    runs.dispose();
  });

  it('are read once, however many look at them, and let go with the last', async () => {
    const folder = record('a', healthy);
    const runs = new Runs([]);
    const [first, second] = [runs.follow(folder), runs.follow(folder)];
    expect(second.run).toBe(first.run);
    first.dispose();
    first.dispose();
    await vi.waitFor(() => expect(second.run.lines.map(unpacked)).toEqual(healthy));
    second.dispose();
    const third = runs.follow(folder);
    expect(third.run).not.toBe(second.run);
    runs.dispose();
  });
});

describe('a run that is followed', () => {
  const follow = (folder: string, trainedHere: boolean): { run: FollowedRun; updates: (Update & { at: number })[] } => {
    const run = new FollowedRun(folder, trainedHere);
    const updates: (Update & { at: number })[] = [];
    run.updates.listen((update) => updates.push({ ...update, at: performance.now() }));
    void run.open();
    return { run, updates };
  };

  it('tells every line once, at most 10 times a second, however often it is woken', async () => {
    const folder = record('a', [header]);
    const { run, updates } = follow(folder, true);
    const file = path.join(folder, 'record.jsonl');
    for (let i = 1; i <= 200; i++) {
      appendFileSync(file, recordText([step(i)]));
      run.wake();
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await run.writerEnded();
    expect(updates.flatMap(({ lines }) => lines)).toHaveLength(201);
    expect(run.lines).toEqual(updates.flatMap(({ lines }) => lines));
    expect(updates.map(({ live }) => live)).toEqual([...updates.slice(1).map(() => true), false]);
    const elapsed = updates.at(-1)!.at - updates[0]!.at;
    expect(updates.length).toBeLessThanOrEqual(elapsed / LEAST_BETWEEN_UPDATES + 3);
    run.dispose();
  });

  it('ends by itself with the end line, or with the process that wrote it', async () => {
    const finished = follow(record('a', healthy), false);
    await vi.waitFor(() => expect(finished.run.live).toBe(false));
    expect(finished.run.state).toBe('finished');
    const lost = follow(record('b', [dead, plan]), false);
    await vi.waitFor(() => expect(lost.run.live).toBe(false));
    expect(lost.run.state).toBe('cut short');
    const elsewhere = record('c', [alive, plan]);
    const running = follow(elsewhere, false);
    await vi.waitFor(() => expect(running.updates).toHaveLength(1));
    expect(running.run.live).toBe(true);
    appendFileSync(path.join(elsewhere, 'record.jsonl'), recordText([end]));
    await vi.waitFor(() => expect(running.run.state).toBe('finished'), 10_000);
    [finished, lost, running].forEach(({ run }) => run.dispose());
  });

  it('says why it cannot be read', async () => {
    const absent = follow(path.join(root, 'absent'), false);
    await vi.waitFor(() => expect(absent.run.fault).toBe('its record is not there any more'));
    const newer = follow(record('n', '{"type":"header","version":99}\n'), false);
    await vi.waitFor(() => expect(newer.run.fault).toContain('version 99'));
    [absent, newer].forEach(({ run }) => run.dispose());
  });
});
