import type { FactValue } from './facts/factLine.ts';
import type * as record from './record.ts';
import type { RecordedNumber } from './record.ts';
import {
  byKey,
  either,
  fields,
  flag,
  list,
  number,
  oneOf,
  optional,
  orNull,
  text,
  tuple,
  type Shape,
} from './shape.ts';
import type { WindowedValue } from './windowLine.ts';

const recorded: Shape<RecordedNumber> = either(number, oneOf('NaN', 'Infinity', '-Infinity'));
const maybeRecorded = orNull(recorded);
const texts = list(text);
const numbers = list(recorded);

const position = orNull(fields<record.SourcePosition>({ file: text, line: number, column: number }));

const header = fields<record.HeaderLine>({
  type: oneOf('header'),
  version: number,
  run: text,
  time: text,
  entry: text,
  args: texts,
  cwd: text,
  seed: orNull(number),
  every: orNull(number),
  budget: orNull(number),
  backend: fields({ asked: oneOf('auto', 'asWritten', 'node', 'wasm', 'cpu'), name: orNull(text), reason: text }),
  versions: fields({ node: orNull(text), tfjs: orNull(text), 'mtl-debugger': orNull(text), platform: orNull(text) }),
  commit: orNull(text),
  scriptHash: orNull(text),
  pid: number,
});

const plan = fields<record.PlanLine>({
  type: oneOf('plan'),
  step: number,
  call: text,
  model: text,
  epochs: number,
  stepsPerEpoch: orNull(number),
  position,
});

const backend = fields<record.BackendLine>({ type: oneOf('backend'), step: number, name: text, reason: text });

const graph = fields<record.GraphLine>({
  type: oneOf('graph'),
  step: number,
  terms: list(
    fields({
      id: text,
      name: text,
      kind: oneOf('task', 'regularisers'),
      position,
      from: oneOf('output', 'declared', 'tape'),
    }),
  ),
  objectives: list(
    fields({
      id: text,
      name: text,
      via: oneOf('fit', 'fitDataset', 'trainOnBatch', 'library', 'minimize', 'variableGrads'),
      terms: texts,
      note: orNull(text),
      optimizer: orNull(fields({ name: text, learningRate: orNull(number) })),
      position,
    }),
  ),
  groups: list(
    fields({
      id: text,
      label: text,
      kind: oneOf('tower', 'shared', 'weighting', 'unreached'),
      tasks: texts,
      variables: list(
        fields({
          name: text,
          shape: list(number),
          layer: orNull(text),
          status: oneOf('trained', 'frozen', 'notListed'),
          reachedBy: texts,
        }),
      ),
      size: number,
    }),
  ),
  paths: list(
    fields({
      task: text,
      group: text,
      state: oneOf('flows', 'zero', 'cut', 'excluded', 'none'),
      cuts: texts,
      declared: flag,
    }),
  ),
  cuts: list(
    fields({
      id: text,
      kind: oneOf(
        'stopGradient',
        'detach',
        'variable',
        'zeroGradient',
        'customGradient',
        'dead',
        'blocked',
        'noGradient',
        'passThrough',
      ),
      op: text,
      layer: orNull(text),
      position,
      declared: flag,
      pairs: list(fields({ task: text, group: text, complete: flag })),
    }),
  ),
  features: list(
    fields({
      of: text,
      usedBy: text,
      carries: flag,
      declared: flag,
      groups: list(fields({ group: text, norm: recorded, without: recorded })),
    }),
  ),
});

const step = fields<record.StepLine>({
  type: oneOf('step'),
  step: number,
  objective: text,
  time: number,
  epoch: orNull(number),
  overhead: orNull(number),
  total: recorded,
  loss: list(fields({ raw: maybeRecorded, weight: maybeRecorded, weighted: maybeRecorded, relative: maybeRecorded })),
  groups: byKey(
    fields<record.GroupMeasure>({
      terms: texts,
      norm: numbers,
      share: orNull(numbers),
      gram: numbers,
      metricGram: orNull(numbers),
      total: recorded,
      updateRatio: maybeRecorded,
    }),
  ),
  kernels: optional(byKey(tuple<readonly [RecordedNumber, RecordedNumber]>(recorded, recorded))),
  activations: optional(
    list(
      fields<record.ActivationMeasure>({
        layer: orNull(text),
        op: text,
        index: number,
        units: number,
        rows: number,
        zero: orNull(number),
        dead: orNull(number),
        saturated: maybeRecorded,
      }),
    ),
  ),
  gates: optional(
    list(
      fields<record.GateMeasure>({
        layer: orNull(text),
        index: number,
        experts: number,
        rows: number,
        entropy: recorded,
        collapsed: recorded,
        load: numbers,
      }),
    ),
  ),
});

const windowed: Shape<WindowedValue> = either(
  recorded,
  tuple<Exclude<WindowedValue, RecordedNumber>>(recorded, number, recorded, number, recorded, recorded),
);
const maybeWindowed = orNull(windowed);

const window = fields<record.WindowLine>({
  type: oneOf('window'),
  objective: text,
  from: number,
  step: number,
  steps: number,
  time: number,
  epoch: orNull(number),
  overhead: orNull(number),
  total: windowed,
  loss: list(fields({ raw: maybeWindowed, weight: maybeWindowed, weighted: maybeWindowed })),
  boundary: orNull(fields({ steps: number, terms: texts, norm: list(windowed), gram: list(windowed) })),
});

const halves = fields<record.HalvesLine>({
  type: oneOf('halves'),
  step: number,
  objective: text,
  rows: number,
  independent: flag,
  groups: byKey(fields({ terms: texts, cross: numbers })),
});

const validation = fields<record.ValidationLine>({
  type: oneOf('validation'),
  step: number,
  epoch: number,
  tasks: byKey(byKey(recorded)),
});

const event = fields<record.EventLine>({
  type: oneOf('event'),
  kind: oneOf('nonFinite', 'optimizerState', 'notice'),
  step: number,
  task: orNull(text),
  position,
  message: text,
  cause: optional(
    orNull(fields({ phase: oneOf('data', 'weights', 'forward', 'backward'), op: orNull(text), layer: orNull(text) })),
  ),
});

const plainValue = orNull(either(number, either(text, flag)));
const factValue: Shape<FactValue> = either(plainValue, list(plainValue));

const factFields = fields<
  Omit<record.FactLine, 'fact' | 'details'> & {
    readonly fact: string;
    readonly details: Readonly<Record<string, FactValue>>;
  }
>({
  type: oneOf('fact'),
  fact: text,
  step: number,
  objective: orNull(text),
  task: orNull(text),
  layer: orNull(text),
  position,
  details: byKey(factValue),
});

/** A fact's details are a matter of its name: one that a reader does not know is shown as it is. */
const fact: Shape<record.FactLine> = (value) => factFields(value);

const end = fields<record.EndLine>({
  type: oneOf('end'),
  state: oneOf('finished', 'failed', 'cancelled', 'exited', 'interrupted'),
  reason: text,
  time: number,
  steps: number,
  observed: number,
  exitCode: orNull(number),
  error: orNull(fields({ message: text, stack: text, position })),
});

const shapes = {
  header,
  plan,
  backend,
  graph,
  step,
  window,
  halves,
  validation,
  event,
  fact,
  end,
} satisfies { [K in record.RecordLine['type']]: Shape<Extract<record.RecordLine, { type: K }>> };

/** The shape of every type of line that this version knows. */
export const lineShapes: ReadonlyMap<string, (value: unknown) => string | null> = new Map(Object.entries(shapes));
