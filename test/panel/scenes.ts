import type { EndLine, GraphLine, RecordLine, StepLine, VariableGroup } from '../../src/core/run/record.ts';
import { quiet } from '../sampleNoise.ts';
import { findingsMessage, judged, several, twenty } from './findings.ts';
import {
  detach,
  end,
  graph,
  group,
  header,
  healthy,
  leak,
  measure,
  nonFinite,
  plan,
  step,
  stop,
  window,
  windowed,
} from '../sampleRecord.ts';

/** What a page may be looked at with: messages of the host, and the state that the page kept. */
export interface PanelScene {
  readonly messages: readonly object[];
  readonly state?: object;
  /** Something that is there once all is drawn. */
  readonly ready: string;
}

export const open = (lines: readonly RecordLine[], live = false): object => ({
  type: 'open',
  run: 'run',
  folder: '/home/ada/.mtl/runs/run',
  lines,
  live,
});

export const ended = (state: EndLine['state'], reason: string, error: EndLine['error'] = null): EndLine => ({
  ...end,
  state,
  reason,
  error,
});

export const failed = ended('failed', 'the script failed after 40 training steps: RangeError: no such file', {
  message: 'RangeError: no such file',
  stack: 'RangeError: no such file\n    at read (feed.ts:3:5)',
  position: { file: 'feed.ts', line: 3, column: 5 },
});

/** dwell is kept out of the trunk, which nobody declared, and out of click's tower, which is declared. */
export const cutGraph: GraphLine = {
  ...graph,
  cuts: [detach, stop],
  paths: graph.paths.map((path) =>
    path.task !== 'dwell' || path.state === 'none'
      ? path
      : path.group.startsWith('shared')
        ? { ...path, state: 'cut', cuts: [detach.id] }
        : path,
  ),
};

/** dwell uses click's prediction, and trains click's tower through it. */
export const leakGraph: GraphLine = {
  ...graph,
  features: [leak],
  paths: graph.paths.map((path) =>
    path.task === 'dwell' && path.group === 'tower(click)' ? { ...path, state: 'flows' } : path,
  ),
};
const leakStep = (n: number): StepLine => {
  const line = step(n);
  return { ...line, groups: { ...line.groups, 'tower(click)': measure(['click', 'dwell'], [0.25, 0.05], [0.9, 0.1]) } };
};
export const leaking: readonly RecordLine[] = [header, plan, leakGraph, leakStep(1), leakStep(10), end];
export const whatIf = {
  run: 'run',
  compared: [],
  cursor: null,
  lossScale: 'log',
  lossField: 'raw',
  group: null,
  tables: ['flow'],
  opened: [],
  whatIf: [JSON.stringify([leak.of, leak.usedBy])],
};

/** Ten tasks over twelve groups: ten towers, a trunk, and a trunk of the first two. */
function wideRecord(): RecordLine[] {
  const tasks = Array.from({ length: 10 }, (_, i) => `task_${i}`);
  const groups: VariableGroup[] = [
    group('shared', 'shared', tasks),
    group('shared', 'shared by task_0, task_1', tasks.slice(0, 2)),
    ...tasks.map((task) => group('tower', `${task} tower`, [task])),
  ];
  const wide: GraphLine = {
    ...graph,
    terms: tasks.map((id) => ({ id, name: id, kind: 'task', position: null, from: 'output' })),
    objectives: graph.objectives.map((objective) => ({ ...objective, terms: tasks })),
    groups,
    paths: tasks.flatMap((task) =>
      groups.map(({ id, tasks: of }) => ({
        task,
        group: id,
        state: of.includes(task) ? ('flows' as const) : ('none' as const),
        cuts: [],
        declared: false,
      })),
    ),
  };
  const line = (n: number): StepLine => ({
    ...step(n),
    loss: tasks.map((_, i) => ({ raw: 10 ** i / n, weight: 1, weighted: 10 ** i / n, relative: 1 / n })),
    groups: Object.fromEntries(
      groups.map(({ id, tasks: of }) => [
        id,
        measure(
          of,
          of.map((_, i) => 10 ** (i - 3) / n),
          of.map(() => 1 / of.length),
        ),
      ]),
    ),
  });
  return [header, plan, wide, line(1), line(10), line(20)];
}

const cut: readonly RecordLine[] = [header, plan, cutGraph, step(1), step(10), nonFinite, failed];
const looked = { ...whatIf, tables: ['finding lossScale:dwell'] };
const opened = ['why lossScale:dwell', 'explained lossScale:dwell', 'starvingTask:click', 'silent'];

const tables = { ...whatIf, whatIf: [], tables: ['losses', 'norms', 'flow', 'norm-series', 'updates'] };

export const scenes: Readonly<Record<string, PanelScene>> = {
  'no run': { messages: [{ type: 'empty' }], ready: '.nothing' },
  'a live run, all tables': { messages: [open(healthy.slice(0, -1), true)], state: tables, ready: '#updates .table' },
  'a run with windows, all tables': {
    messages: [open([...windowed.slice(0, -1), window(41, 60)], true)],
    state: { ...tables, tables: [...tables.tables, 'boundary'] },
    ready: '#boundary .table',
  },
  'a failed run with cuts': {
    messages: [open(cut), judged(cut)],
    ready: '.flow .cut',
  },
  'a run cut short': { messages: [open(healthy.slice(0, -1))], ready: '.flow svg' },
  'a run with cuts': { messages: [open([header, cutGraph, step(1), step(10), end])], ready: '.flow .cut' },
  'findings, all opened': {
    messages: [open(healthy.slice(0, -1), true), findingsMessage(several)],
    state: { ...looked, whatIf: [], opened },
    ready: '.lead .evidence',
  },
  'twenty findings with long names': { messages: [open(healthy), findingsMessage(twenty)], ready: '.lead' },
  'nothing found, and why not': {
    messages: [open(healthy), judged(healthy)],
    state: { ...whatIf, whatIf: [], opened: ['silent'], tables: [] },
    ready: '.silent',
  },
  'a leak, as if it were cut': { messages: [open(leaking)], state: whatIf, ready: '.flow .supposed' },
  'ten tasks and twelve groups': { messages: [open(wideRecord(), true)], ready: '.flow svg' },
  'tasks that pull apart, dead units, a collapsed gate': { messages: [open(quiet)], ready: '#activity' },
};
