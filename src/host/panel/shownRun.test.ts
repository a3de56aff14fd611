import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seededRandom, type Random } from '../../../test/random.ts';
import { detach, graph, healthy, recordText, step } from '../../../test/sampleRecord.ts';
import type { RecordLine } from '../../core/run/record.ts';
import type { HostToPanel } from '../../protocol/panelMessages.ts';
import { Runs } from '../runs/runs.ts';
import { AT_ONCE } from './runFeed.ts';
import { ShownRun, type PanelRequest } from './shownRun.ts';

let root = '';
let runs: Runs;
/** But for findings. */
let sent: HostToPanel[];
let judged: HostToPanel[];
let ignored: Set<string>;
let fileChanged: () => void;
let asked: PanelRequest[];
let shown: ShownRun;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mtl-panel-'));
  runs = new Runs([]);
  sent = [];
  judged = [];
  ignored = new Set();
  asked = [];
  shown = new ShownRun(
    runs,
    (message) => (message.type === 'findings' ? judged : sent).push(message),
    (request) => asked.push(request),
    {
      of: () => Promise.resolve(ignored),
      onChange: (changed) => {
        fileChanged = changed;
        return { dispose: () => undefined };
      },
    },
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

/** The lines a page has of a run, as it puts them together from the messages. */
const linesOf = (messages: readonly HostToPanel[]): RecordLine[] => {
  let lines: RecordLine[] = [];
  for (const message of messages) {
    lines = message.type === 'open' ? [...message.lines] : message.type === 'lines' ? [...lines, ...message.lines] : [];
  }
  return lines;
};

describe('a page', () => {
  it('gets nothing before it is ready, then everything once, and everything again after a reload', async () => {
    const folder = runWith('a', healthy);
    shown.show(folder);
    expect(sent).toEqual([]);
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(linesOf(sent)).toEqual(healthy));
    expect(sent.at(-1)).toMatchObject({ live: false, run: folder });
    shown.pageGone();
    sent = [];
    shown.receive({ type: 'ready' });
    expect(sent).toEqual([{ type: 'open', run: folder, folder, lines: healthy, live: false }]);
  });

  it('follows a record that grows, each line once, and hears when its writer has ended', async () => {
    const folder = runWith('a', healthy.slice(0, 2));
    const following = runs.begin(folder);
    shown.show(folder);
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(linesOf(sent)).toHaveLength(2));
    expect(sent.at(-1)).toMatchObject({ live: true });
    for (const line of healthy.slice(2)) {
      appendFileSync(path.join(folder, 'record.jsonl'), recordText([line]));
      following.run.wake();
    }
    await runs.end(folder);
    expect(linesOf(sent)).toEqual(healthy);
    expect(sent.at(-1)).toMatchObject({ live: false });
    following.dispose();
  });

  it('gets a long record in pieces, in order and each line once, one piece after the page has the last', async () => {
    const many = Array.from({ length: 2 * AT_ONCE + 100 }, (_, i) => step(i + 1));
    const lines = [...healthy.slice(0, 3), ...many, healthy.at(-1)!];
    const folder = runWith('a', lines);
    let waiting: (() => void)[] = [];
    const slow = new ShownRun(
      runs,
      (message) => {
        if (message.type === 'findings') {
          return;
        }
        sent.push(message);
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
      () => undefined,
    );
    const following = runs.follow(folder);
    await following.run.open();
    slow.show(folder);
    slow.receive({ type: 'ready' });
    for (let had = 0; had < sent.length;) {
      expect(sent.length - had).toBeLessThanOrEqual(2);
      had = sent.length;
      waiting.splice(0).forEach((resolve) => resolve());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(linesOf(sent)).toEqual(lines);
    expect(sent.map((message) => ('live' in message ? message.live : null))).toEqual([true, true, false]);
    // A page that comes back in the middle gets everything again, and nothing twice.
    sent = [];
    waiting = [];
    slow.receive({ type: 'ready' });
    slow.pageGone();
    slow.receive({ type: 'ready' });
    for (let i = 0; i < 10; i++) {
      waiting.splice(0).forEach((resolve) => resolve());
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(linesOf(sent.slice(sent.findLastIndex(({ type }) => type === 'open')))).toEqual(lines);
    following.dispose();
    slow.dispose();
  });

  it('that shows no run says so, and turns to another when told', async () => {
    shown.receive({ type: 'ready' });
    expect(sent).toEqual([{ type: 'empty' }]);
    shown.show(runWith('a', healthy.slice(0, 1)));
    shown.show(runWith('b', healthy));
    await vi.waitFor(() => expect(linesOf(sent)).toEqual(healthy));
    expect(shown.folder).toBe(path.join(root, 'b'));
  });

  it('of which the record is gone says that, and keeps what was read of one that goes while it is shown', async () => {
    const gone = path.join(root, 'gone');
    shown.show(gone);
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(sent.at(-1)?.type).toBe('unreadable'));
    expect(sent.at(-1)).toMatchObject({ run: gone, folder: gone, reason: 'its record is not there any more' });
    const there = runWith('a', healthy);
    shown.show(there);
    await vi.waitFor(() => expect(linesOf(sent)).toEqual(healthy));
    rmSync(there, { recursive: true });
    sent = [];
    shown.receive({ type: 'ready' });
    expect(sent.at(-1)).toMatchObject({ type: 'open', lines: healthy });
  });

  it('may lead to the places that its record names, and to no other', async () => {
    shown.show(runWith('a', [healthy[0]!, { ...graph, cuts: [detach] }]));
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(linesOf(sent)).toHaveLength(2));
    shown.receive({ type: 'reveal', position: detach.position });
    shown.receive({ type: 'reveal', position: { ...detach.position, line: 1 } });
    shown.receive({ type: 'reveal', position: { file: '/etc/passwd', line: 1, column: 1 } });
    expect(asked).toEqual([{ type: 'reveal', position: detach.position }]);
    expect(shown.dropped).toBe(2);
  });
});

describe('the findings of a run', () => {
  const cut: RecordLine = { ...graph, cuts: [detach] };
  const last = () => judged.at(-1) as Extract<HostToPanel, { type: 'findings' }> | undefined;
  const rules = (): string[] => last()?.findings.map(({ rule }) => rule) ?? [];

  it('come with the run, in words, and say why the silent rules are silent', async () => {
    const folder = runWith('a', [healthy[0]!, cut, step(1), healthy.at(-1)!]);
    shown.show(folder);
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(rules()).toEqual(['detach']));
    expect(last()).toMatchObject({
      run: folder,
      ignored: 0,
      findings: [
        {
          rule: 'detach',
          severity: 'warning',
          root: null,
          message: [
            'dwell is cut from shared: it does not train it.',
            'dataSync reads the values into JavaScript; a tensor built from them has no way back to the weights.',
          ],
          place: detach.position,
          since: 1,
        },
      ],
    });
    expect(last()?.silent.find(({ rule }) => rule === 'symmetry')?.because).toContain('No layer started');
    shown.pageGone();
    judged = [];
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(rules()).toEqual(['detach']));
    expect(judged).toHaveLength(1);
  });

  it('come while it goes on, once each time they change, and not to a page that is hidden', async () => {
    const folder = runWith('a', healthy.slice(0, 4));
    const following = runs.begin(folder);
    shown.show(folder);
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(last()?.findings).toEqual([]));
    const add = (line: RecordLine): void => {
      appendFileSync(path.join(folder, 'record.jsonl'), recordText([line]));
      following.run.wake();
    };
    add({ ...cut, step: 2 } as RecordLine);
    await vi.waitFor(() => expect(rules()).toEqual(['detach']), 5_000);
    expect(judged).toHaveLength(2);
    shown.pageGone();
    add({ ...graph, step: 3 });
    await runs.end(folder);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(judged).toHaveLength(2);
    following.dispose();
  });

  it('that a comment ignores are counted and not sent, from the moment the file is changed', async () => {
    shown.show(runWith('a', [healthy[0]!, cut, step(1), healthy.at(-1)!]));
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(rules()).toEqual(['detach']));
    ignored = new Set([last()?.findings[0]?.id ?? '']);
    fileChanged();
    await vi.waitFor(() => expect(last()).toMatchObject({ findings: [], ignored: 1 }));
  });

  it('can be ignored and explained: those that were sent, and no other', async () => {
    shown.show(runWith('a', [healthy[0]!, cut, step(1), healthy.at(-1)!]));
    shown.receive({ type: 'ready' });
    await vi.waitFor(() => expect(rules()).toEqual(['detach']));
    shown.receive({ type: 'ignore', finding: last()?.findings[0]?.id });
    shown.receive({ type: 'explain', rule: 'symmetry' });
    expect(asked).toEqual([
      { type: 'ignore', rule: 'detach', position: detach.position },
      { type: 'explain', rule: 'symmetry' },
    ]);
    shown.receive({ type: 'ignore', finding: 'detach:elsewhere' });
    shown.receive({ type: 'explain', rule: '../../etc/passwd' });
    shown.receive({ type: 'ignore' });
    expect(shown.dropped).toBe(3);
    expect(asked).toHaveLength(2);
  });
});

const requests = ['ready', 'stop', 'log', 'compare', 'train', 'example'];

/** Anything that JSON can carry, and now and then nearly a message. */
function anything(random: Random, depth = 0): unknown {
  const simple = [null, true, -1, 0.5, Number.MAX_VALUE, '', 'reveal', 'command', '__proto__', [], {}];
  if (depth > 2 || random.next() < 0.4) {
    return random.pick([...simple, ...requests]);
  }
  const keys = ['type', 'position', 'file', 'line', 'column', 'command', 'run'];
  const entries = Array.from(
    { length: random.index(5) },
    () => [random.pick(keys), anything(random, depth + 1)] as const,
  );
  return random.next() < 0.2 ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

it('100,000 random messages: no exception, and nothing is asked for but by a message of the protocol', () => {
  const seed = 20_260_401;
  const random = seededRandom(seed);
  let valid = 0;
  for (let i = 0; i < 100_000; i++) {
    const message = anything(random);
    const type = typeof message === 'object' && message !== null && 'type' in message ? message.type : null;
    // No run is shown, so no place is known: no reveal is let through.
    valid += requests.includes(type as string) ? 1 : 0;
    const before = { asked: asked.length, sent: sent.length, dropped: shown.dropped };
    shown.receive(message);
    const effects = asked.length - before.asked + (sent.length - before.sent);
    expect(effects + shown.dropped - before.dropped, `seed ${seed}, message ${i}: ${JSON.stringify(message)}`).toBe(1);
  }
  expect(asked.length + sent.length).toBe(valid);
  expect(valid).toBeGreaterThan(1_000);
  expect(asked.every(({ type }) => requests.includes(type))).toBe(true);
});
