import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { detach, graph, healthy, recordText } from '../../../test/sampleRecord.ts';
import type { HeaderLine, RecordLine } from '../../core/run/record.ts';
import type { HostToPanel } from '../../protocol/panelMessages.ts';
import { Runs } from '../runs/runs.ts';
import { ShownComparison, type ComparisonRequest } from './shownComparison.ts';

let root = '';
let runs: Runs;
let sent: HostToPanel[];
let asked: ComparisonRequest[];
let shown: ShownComparison;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mtl-comparison-'));
  runs = new Runs([]);
  sent = [];
  asked = [];
  shown = new ShownComparison(
    runs,
    (message) => sent.push(message),
    (request) => asked.push(request),
  );
});
afterEach(() => {
  shown.dispose();
  runs.dispose();
  rmSync(root, { recursive: true });
});

const runWith = (name: string, lines: readonly RecordLine[]): string => {
  const folder = path.join(root, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'record.jsonl'), recordText(lines));
  return folder;
};

/** The lines a page has of every run, as it puts them together from the messages. */
const linesOf = (messages: readonly HostToPanel[]): Record<string, RecordLine[]> => {
  let lines: Record<string, RecordLine[]> = {};
  for (const message of messages) {
    if (message.type === 'compare') {
      lines = Object.fromEntries(message.runs.map((each) => [path.basename(each.run), [...each.lines]]));
    } else if (message.type === 'lines') {
      lines[path.basename(message.run)]?.push(...message.lines);
    }
  }
  return lines;
};
const header = healthy[0] as HeaderLine;

describe('the page of a comparison', () => {
  it('gets all runs in their order, and everything again after a reload', async () => {
    const folders = [runWith('b', healthy), runWith('a', healthy.slice(0, 3))];
    shown.show(folders);
    expect(sent).toEqual([]);
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(linesOf(sent)).toEqual({ b: healthy, a: healthy.slice(0, 3) }));
    shown.pageGone();
    sent = [];
    shown.receive({ type: 'ready' });
    const whole = folders.map((folder, i) => ({ run: folder, folder, lines: i === 0 ? healthy : healthy.slice(0, 3) }));
    expect(sent).toMatchObject([{ type: 'compare', runs: whole }]);
  });

  it('follows a run that is still trained, each line once, until its writer has ended', async () => {
    const [done, growing] = [runWith('done', healthy), runWith('growing', healthy.slice(0, 2))];
    const following = runs.begin(growing);
    shown.show([done, growing]);
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(linesOf(sent)['growing']).toHaveLength(2));
    for (const line of healthy.slice(2)) {
      appendFileSync(path.join(growing, 'record.jsonl'), recordText([line]));
      following.run.wake();
    }
    await runs.end(growing);
    expect(linesOf(sent)).toEqual({ done: healthy, growing: healthy });
    expect(sent.at(-1)).toMatchObject({ type: 'lines', run: growing, live: false });
    following.dispose();
  });

  it('turns to other runs when told; without any it is empty', async () => {
    shown.receive({ type: 'ready' });
    expect(sent).toEqual([{ type: 'empty' }]);
    const folders = [runWith('a', healthy), runWith('b', healthy)];
    shown.show(folders);
    await vi.waitFor(() => expect(linesOf(sent)).toEqual({ a: healthy, b: healthy }));
    expect(shown.folders).toEqual(folders);
    const { run } = runs.follow(folders[1]!);
    shown.show([folders[1]!, runWith('c', healthy)]);
    expect(runs.follow(folders[1]!).run, 'a run that stays is not read anew').toBe(run);
    await vi.waitFor(() => expect(linesOf(sent)).toEqual({ b: healthy, c: healthy }));
  });

  it('may lead to the places that its records name, each in the folder of its own run, and open these runs alone', async () => {
    const elsewhere: RecordLine[] = [
      { ...header, cwd: '/elsewhere' },
      { ...graph, cuts: [detach] },
    ];
    const [a, b] = [runWith('a', [header]), runWith('b', elsewhere)];
    shown.show([a, b]);
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(linesOf(sent)['b']).toHaveLength(2));
    const { position } = detach;
    shown.receive({ type: 'reveal', position, run: b });
    shown.receive({ type: 'reveal', position, run: a });
    shown.receive({ type: 'reveal', position: { file: '/etc/passwd', line: 1, column: 1 } });
    shown.receive({ type: 'reveal', position, run: 7 });
    shown.receive({ type: 'show', run: a });
    shown.receive({ type: 'show', run: '/etc' });
    shown.receive({ type: 'stop' });
    expect(asked).toEqual([
      { type: 'reveal', cwd: '/elsewhere', position },
      { type: 'show', run: a },
    ]);
    expect(shown.dropped).toBe(5);
  });

  it('20,000 random messages: no exception, and nothing is asked for but what a comparison may', () => {
    const seed = 20_260_402;
    const random = seededRandom(seed);
    const types = ['ready', 'reveal', 'show', 'compare', 'stop', 'log', 'train', 'example', 'other', null, 7];
    const values = [null, true, 1, '', '/x', [], {}, { file: 'x', line: 1, column: 1 }];
    for (let i = 0; i < 20_000; i++) {
      const message = { type: random.pick(types), run: random.pick(values), position: random.pick(values) };
      const before = asked.length + sent.length + shown.dropped;
      shown.receive(random.next() < 0.1 ? random.pick(values) : message);
      expect(asked.length + sent.length + shown.dropped - before, `seed ${seed}, message ${i}`).toBe(1);
    }
    expect(new Set(asked.map(({ type }) => type))).toEqual(new Set(['train', 'example']));
  });
});
