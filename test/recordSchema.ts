import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { GraphLine, HalvesLine, RecordLine, WindowLine } from '../src/core/run/record.ts';

const schema = JSON.parse(readFileSync(new URL('../media/record.schema.json', import.meta.url), 'utf8')) as object;
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
const isLine = ajv.compile<RecordLine>(schema);

/** What media/record.schema.json has against a line; empty where it is valid. */
export function lineFaults(line: unknown): string[] {
  if (isLine(line)) {
    return [];
  }
  const type = typeof line === 'object' && line !== null && 'type' in line ? String(line.type) : 'no type';
  // The whole schema answers for all types at once; the one that was meant has the useful answer.
  const meant = ajv.getSchema(`urn:mtl-debugger:record:2#/$defs/${type}`);
  if (meant === undefined || meant(line) === true) {
    return [`${type}: no line of a record`];
  }
  const faults = meant.errors ?? [];
  return faults.map(
    ({ instancePath, message = '', params }) => `${type}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/**
 * Everything that is wrong with a whole record: every line against the schema, and what no schema can say: the header
 * first and once, steps and times that never fall, the end last, and every id and list length that one line owes to
 * another. `complete`: false for a record that was cut short, whose last line may be cut and whose end may be missing.
 */
export function recordFaults(record: string, { complete = true } = {}): string[] {
  const faults: string[] = [];
  const texts = record.split('\n');
  const rest = texts.pop() ?? '';
  if (rest !== '' && complete) {
    faults.push('the last line has no line break');
  }
  let graph: GraphLine | null = null;
  let last = { step: 0, time: 0 };
  const windowed = new Map<string, number>();
  texts.forEach((text, index) => {
    const say = (fault: string): unknown => faults.push(`line ${index + 1}: ${fault}`);
    let line: RecordLine;
    try {
      line = JSON.parse(text) as RecordLine;
    } catch {
      say(`not JSON: ${text.slice(0, 60)}`);
      return;
    }
    const own = lineFaults(line);
    own.forEach(say);
    if (own.length > 0) {
      return;
    }
    if ((line.type === 'header') !== (index === 0)) {
      say('the header stands first and once');
    }
    if (line.type === 'end' && index !== texts.length - 1) {
      say('something follows the end');
    }
    if (line.type === 'graph') {
      graph = line;
      graphFaults(line).forEach(say);
    }
    if (line.type === 'window') {
      windowFaults(line, graph, windowed.get(line.objective) ?? 0).forEach(say);
      windowed.set(line.objective, line.step);
    }
    if (line.type === 'halves') {
      halvesFaults(line, graph).forEach(say);
    }
    if (line.type === 'step') {
      if (line.step < last.step || line.time < last.time) {
        say(`step ${line.step} at ${line.time} ms after step ${last.step} at ${last.time} ms`);
      }
      last = line;
      stepFaults(line, graph).forEach(say);
    }
  });
  if (complete && !texts.at(-1)?.startsWith('{"type":"end"')) {
    faults.push('the last line is not the end');
  }
  return faults;
}

function graphFaults(graph: GraphLine): string[] {
  const terms = new Set(graph.terms.map(({ id }) => id));
  const groups = new Set(graph.groups.map(({ id }) => id));
  const cuts = new Set(graph.cuts.map(({ id }) => id));
  const absent = (what: string, known: ReadonlySet<string>, ids: readonly string[]): string[] =>
    ids.filter((id) => !known.has(id)).map((id) => `${what} ${id} is not in the graph`);
  return [
    ...(terms.size === graph.terms.length ? [] : ['a term id stands twice']),
    ...(groups.size === graph.groups.length ? [] : ['a group id stands twice']),
    ...(cuts.size === graph.cuts.length ? [] : ['a cut id stands twice']),
    ...graph.objectives.flatMap((objective) => absent(`${objective.id}: term`, terms, objective.terms)),
    ...graph.groups.flatMap((group) => absent(`${group.id}: task`, terms, group.tasks)),
    ...graph.groups.flatMap((group) =>
      group.variables.flatMap((variable) =>
        absent(`${group.id}: ${variable.name} reached by`, terms, variable.reachedBy),
      ),
    ),
    ...graph.paths.flatMap((path) => [
      ...absent('path: task', terms, [path.task]),
      ...absent('path: group', groups, [path.group]),
      ...absent('path: cut', cuts, path.cuts),
    ]),
    ...graph.cuts.flatMap((cut) =>
      cut.pairs.flatMap((pair) => [
        ...absent(`${cut.id}: task`, terms, [pair.task]),
        ...absent(`${cut.id}: group`, groups, [pair.group]),
      ]),
    ),
    ...graph.features.flatMap((feature) => [
      ...absent('feature: task', terms, [feature.of, feature.usedBy]),
      ...absent(
        'feature: group',
        groups,
        feature.groups.map(({ group }) => group),
      ),
    ]),
  ];
}

/** `before`: the last step that is in a window of the objective already. */
function windowFaults(window: WindowLine, graph: GraphLine | null, before: number): string[] {
  const objective = graph?.objectives.find(({ id }) => id === window.objective);
  if (objective === undefined) {
    return [`objective ${window.objective} is in no graph before this window`];
  }
  const faults: string[] = [];
  if (window.from <= before || window.step < window.from || window.steps > window.step - window.from + 1) {
    faults.push(`${window.steps} steps from ${window.from} to ${window.step}, after a window up to ${before}`);
  }
  if (window.loss.length !== objective.terms.length) {
    faults.push(`${window.loss.length} losses for ${objective.terms.length} terms`);
  }
  if (window.boundary !== null) {
    const { steps, terms, norm, gram } = window.boundary;
    if (steps > window.steps) {
      faults.push(`boundary: ${steps} of ${window.steps} steps`);
    }
    if (terms.some((term) => !objective.terms.includes(term))) {
      faults.push(`boundary: a term that objective ${objective.id} has not`);
    }
    if (norm.length !== terms.length || gram.length !== (terms.length * (terms.length + 1)) / 2) {
      faults.push(`boundary: ${norm.length} norms and ${gram.length} products for ${terms.length} terms`);
    }
  }
  return faults;
}

function halvesFaults(halves: HalvesLine, graph: GraphLine | null): string[] {
  return Object.entries(halves.groups).flatMap(([id, { terms, cross }]) => [
    ...(graph?.groups.some((group) => group.id === id) === true ? [] : [`group ${id} is not in the graph`]),
    ...(cross.length === terms.length ** 2 ? [] : [`group ${id}: ${cross.length} values for ${terms.length} terms`]),
  ]);
}

function stepFaults(step: Extract<RecordLine, { type: 'step' }>, graph: GraphLine | null): string[] {
  const objective = graph?.objectives.find(({ id }) => id === step.objective);
  if (graph === null || objective === undefined) {
    return [`objective ${step.objective} is in no graph before this step`];
  }
  const faults: string[] = [];
  if (step.loss.length !== objective.terms.length) {
    faults.push(`${step.loss.length} losses for ${objective.terms.length} terms`);
  }
  for (const [id, measure] of Object.entries(step.groups)) {
    const n = measure.terms.length;
    const triangle = (n * (n + 1)) / 2;
    if (!graph.groups.some((group) => group.id === id)) {
      faults.push(`group ${id} is not in the graph`);
    }
    if (measure.terms.some((term) => !objective.terms.includes(term))) {
      faults.push(`group ${id}: a term that objective ${objective.id} has not`);
    }
    for (const [field, expected] of [
      ['norm', n],
      ['share', n],
      ['gram', triangle],
      ['metricGram', triangle],
    ] as const) {
      const { length } = measure[field] ?? { length: expected };
      if (length !== expected) {
        faults.push(`group ${id}: ${length} values in ${field}, not ${expected}`);
      }
    }
  }
  return faults;
}
