import type { WindowedValue } from '../src/core/run/windowLine.ts';
import type {
  Cut,
  EndLine,
  EventLine,
  FeatureUse,
  GraphLine,
  GroupMeasure,
  HeaderLine,
  PlanLine,
  RecordedNumber,
  RecordLine,
  SourcePosition,
  StepLine,
  Term,
  ValidationLine,
  WindowLine,
  VariableGroup,
} from '../src/core/run/record.ts';

/** Lines of hand-made records, whose figures are round so that a report of them can be checked by eye. */

const at = (line: number, column: number, file = 'feed.ts'): SourcePosition => ({ file, line, column });

export const header: HeaderLine = {
  type: 'header',
  version: 1,
  run: '2026-03-04T05-06-07-feed',
  time: '2026-03-04T05:06:07.000Z',
  entry: 'feed.ts',
  args: ['--epochs', '2'],
  cwd: '/home/ada/feed',
  seed: 7,
  every: 10,
  budget: null,
  backend: {
    asked: 'auto',
    name: 'wasm',
    reason: 'tfjs-node is not installed; wasm with its training kernels is next.',
  },
  versions: { node: '20.20.2', tfjs: '4.22.0', 'mtl-debugger': '0.1.0', platform: 'linux x64' },
  commit: '0123456789abcdef0123456789abcdef01234567',
  scriptHash: `sha256:${'ab'.repeat(32)}`,
  pid: 4242,
};

export const plan: PlanLine = {
  type: 'plan',
  step: 0,
  call: 'fit',
  model: 'feed',
  epochs: 2,
  stepsPerEpoch: 20,
  position: at(40, 7),
};

export const term = (id: string, line: number): Term => ({
  id,
  name: id,
  kind: 'task',
  position: at(line, 3),
  from: 'output',
});

export const group = (
  kind: VariableGroup['kind'],
  label: string,
  tasks: readonly string[],
  reachedBy: readonly string[] = tasks,
  status: 'trained' | 'frozen' | 'notListed' = 'trained',
): VariableGroup => ({
  id: kind === 'unreached' || kind === 'weighting' ? kind : `${kind}(${tasks.join('+')})`,
  label,
  kind,
  tasks,
  variables: [
    { name: `${label}/kernel`, shape: [4, 8], layer: label, status, reachedBy },
    { name: `${label}/bias`, shape: [8], layer: label, status, reachedBy },
  ],
  size: 40,
});

export const detach: Cut = {
  id: 'cut1',
  kind: 'detach',
  op: 'dataSync',
  layer: null,
  position: at(21, 18),
  declared: false,
  pairs: [{ task: 'dwell', group: 'shared(click+dwell)', complete: true }],
};

export const stop: Cut = {
  id: 'cut2',
  kind: 'stopGradient',
  op: 'stopGradient',
  layer: null,
  position: at(25, 9),
  declared: true,
  pairs: [{ task: 'dwell', group: 'tower(click)', complete: true }],
};

export const leak: FeatureUse = {
  of: 'click',
  usedBy: 'dwell',
  carries: true,
  declared: false,
  groups: [
    { group: 'shared(click+dwell)', norm: 0.697, without: 0.635 },
    { group: 'tower(click)', norm: 0.057, without: 0 },
  ],
};

/** Two tasks, click and dwell, that share a trunk; nothing is wrong with them. */
export const graph: GraphLine = {
  type: 'graph',
  step: 1,
  terms: [term('click', 31), term('dwell', 32)],
  objectives: [
    {
      id: 'fit',
      name: 'fit of feed',
      via: 'fit',
      terms: ['click', 'dwell'],
      note: null,
      optimizer: { name: 'Adam', learningRate: 0.001 },
      position: at(40, 7),
    },
  ],
  groups: [
    group('shared', 'shared', ['click', 'dwell']),
    group('tower', 'click tower', ['click']),
    group('tower', 'dwell tower', ['dwell']),
  ],
  paths: [
    { task: 'click', group: 'shared(click+dwell)', state: 'flows', cuts: [], declared: false },
    { task: 'dwell', group: 'shared(click+dwell)', state: 'flows', cuts: [], declared: false },
    { task: 'click', group: 'tower(click)', state: 'flows', cuts: [], declared: false },
    { task: 'dwell', group: 'tower(click)', state: 'none', cuts: [], declared: false },
    { task: 'click', group: 'tower(dwell)', state: 'none', cuts: [], declared: false },
    { task: 'dwell', group: 'tower(dwell)', state: 'flows', cuts: [], declared: false },
  ],
  cuts: [],
  features: [],
};

export const measure = (
  terms: readonly string[],
  norm: readonly RecordedNumber[],
  share: readonly RecordedNumber[],
): GroupMeasure => ({
  terms,
  norm,
  share,
  gram: terms.flatMap((_, i) => terms.slice(i).map((_, j) => (j === 0 ? 1 : 0.5))),
  metricGram: null,
  total: norm[0] ?? 0,
  updateRatio: 0.001,
});

/** Step n: click falls from 0.7, dwell from 3e4; dwell owns the trunk. */
export const step = (n: number, change: Partial<StepLine> = {}): StepLine => ({
  type: 'step',
  step: n,
  objective: 'fit',
  time: n * 12.5,
  epoch: n <= 20 ? 1 : 2,
  overhead: null,
  total: 0.7 / n + 30_000 / n,
  loss: [
    { raw: 0.7 / n, weight: 1, weighted: 0.7 / n, relative: 1 / n },
    { raw: 30_000 / n, weight: 1, weighted: 30_000 / n, relative: 1 / n },
  ],
  groups: {
    'shared(click+dwell)': measure(['click', 'dwell'], [0.5 / n, 2_000 / n], [0.002, 0.998]),
    'tower(click)': measure(['click'], [0.25 / n], [1]),
    'tower(dwell)': measure(['dwell'], [900 / n], [1]),
  },
  ...change,
});

/** The window of steps `from` to `to`, of the same run; looked at where the tasks meet at one step in three. */
export const window = (from: number, to: number, change: Partial<WindowLine> = {}): WindowLine => {
  const many = (least: number, most: number): WindowedValue =>
    from === to ? most : [least, to, most, from, (least + most) / 2, least];
  const loss = (first: number): WindowLine['loss'][number] => ({
    raw: many(first / to, first / from),
    weight: 1,
    weighted: many(first / to, first / from),
  });
  const looked = Math.ceil((to - from + 1) / 3);
  return {
    type: 'window',
    objective: 'fit',
    from,
    step: to,
    steps: to - from + 1,
    time: to * 12.5,
    epoch: to <= 20 ? 1 : 2,
    overhead: 0.042,
    total: many(30_000.7 / to, 30_000.7 / from),
    loss: [loss(0.7), loss(30_000)],
    boundary: { steps: looked, terms: ['click', 'dwell'], norm: [0.5, 2_000], gram: [0.25, -500, 4e6] },
    ...change,
  };
};

export const validation: ValidationLine = {
  type: 'validation',
  step: 20,
  epoch: 1,
  tasks: { click: { loss: 0.61, accuracy: 0.7 }, dwell: { loss: 2_500 } },
};

export const nonFinite: EventLine = {
  type: 'event',
  kind: 'nonFinite',
  step: 17,
  task: 'dwell',
  position: at(32, 3),
  message: 'The loss of dwell is NaN for the first time.',
};

export const end: EndLine = {
  type: 'end',
  state: 'finished',
  reason: 'The script ended by itself.',
  time: 1234,
  steps: 40,
  observed: 5,
  exitCode: 0,
  error: null,
};

export const healthy: readonly RecordLine[] = [
  header,
  plan,
  graph,
  ...[1, 10, 20].map((n) => step(n)),
  validation,
  ...[30, 40].map((n) => step(n)),
  end,
];

/** The same run as it is recorded with every step in a window, and of ten in full one. */
export const windowed: readonly RecordLine[] = [
  { ...header, version: 2 },
  plan,
  graph,
  ...Array.from({ length: 40 }, (_, i) => i + 1).flatMap((n): RecordLine[] =>
    n === 1 || n % 10 === 0 ? [step(n), window(n, n)] : [window(n, n)],
  ),
  end,
];

/** The text of a record. */
export const recordText = (lines: readonly object[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');
