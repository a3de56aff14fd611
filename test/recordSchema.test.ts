import { describe, expect, it } from 'vitest';
import { lineShapes } from '../src/core/run/lineShapes.ts';
import type { RecordLine } from '../src/core/run/record.ts';
import { seededRandom, type Random } from './random.ts';
import { lineFaults, recordFaults } from './recordSchema.ts';
import {
  detach,
  end,
  graph,
  header,
  healthy,
  leak,
  nonFinite,
  plan,
  recordText,
  step,
  stop,
  validation,
  window,
  windowed,
} from './sampleRecord.ts';

const halves: RecordLine = {
  type: 'halves',
  step: 10,
  objective: 'fit',
  rows: 64,
  independent: false,
  groups: { 'shared(click+dwell)': { terms: ['click', 'dwell'], cross: [1, 0.5, 'NaN', 2] } },
};
const full: RecordLine = { ...graph, cuts: [detach, stop], features: [leak] };
const examples: Record<string, RecordLine> = {
  header,
  'header of a machine that tells little': {
    ...header,
    seed: null,
    commit: null,
    scriptHash: null,
    backend: { asked: 'asWritten', name: null, reason: 'No backend was chosen yet.' },
    versions: { ...header.versions, tfjs: null },
  },
  plan,
  'plan without a length': { ...plan, stepsPerEpoch: null, position: null },
  backend: { type: 'backend', step: 3, name: 'cpu', reason: 'The script called tf.setBackend.' },
  graph,
  'graph with cuts and features': full,
  step: step(10),
  'step with NaN, infinity and what is not known': step(10, {
    epoch: null,
    total: 'NaN',
    loss: [
      { raw: null, weight: null, weighted: null, relative: null },
      { raw: 'Infinity', weight: '-Infinity', weighted: 'NaN', relative: 'NaN' },
    ],
    groups: {
      'shared(click+dwell)': {
        terms: ['click', 'dwell'],
        norm: [1, 'NaN'],
        share: null,
        gram: [1, 'NaN', 'NaN'],
        metricGram: null,
        total: 'NaN',
        updateRatio: null,
      },
    },
  }),
  'window of one step': window(10, 10),
  'window of many': window(2_001, 2_040, { loss: [{ raw: null, weight: 1, weighted: 'NaN' }] }),
  'window that was not looked at': window(10, 10, { boundary: null }),
  halves,
  validation,
  event: nonFinite,
  'event of no task': { ...nonFinite, kind: 'notice', task: null, position: null },
  end,
  'end with an error': {
    ...end,
    state: 'failed',
    exitCode: 1,
    error: {
      message: 'x is not defined',
      stack: 'ReferenceError: x is not defined\n    at feed.ts:3:1',
      position: null,
    },
  },
};

/** Fields that records of version 1 do not have. */
const fuller: Record<string, RecordLine> = {
  'step with activations and gates': step(10, {
    kernels: { click: [1e-9, 0.5], dwell: ['NaN', 0] },
    activations: [{ layer: 'dense', op: 'Relu', index: 0, units: 8, rows: 32, zero: 2, dead: null, saturated: null }],
    gates: [{ layer: null, index: 1, experts: 2, rows: 32, entropy: 0.9, collapsed: 0, load: [0.6, 'NaN'] }],
  }),
  'event with its cause': { ...nonFinite, cause: { phase: 'forward', op: 'Log', layer: null } },
  'event whose cause is not known': { ...nonFinite, cause: null },
};

/** Each mutation makes the line wrong, whatever the line is; the word says how. */
type Json = Record<string, unknown>;

/** All objects in a value that the schema knows field by field, with the way to them. */
function objectsIn(value: unknown, way = ''): { object: Json; way: string }[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const inside = Object.entries(value).flatMap(([key, each]) => objectsIn(each, `${way}/${key}`));
  // Maps by group, task or metric may hold any key.
  const free = Array.isArray(value) || /(^\/groups|^\/tasks(\/\w+)?)$/.test(way);
  return free ? inside : [{ object: value as Json, way }, ...inside];
}

function mutate(line: RecordLine, random: Random): { line: unknown; how: string } {
  const copy = structuredClone(line) as unknown as Json;
  // A map that is free in a validation or step line is a list in a graph line: lists are never taken.
  const { object, way } = random.pick(objectsIn(copy));
  const key = random.pick(Object.keys(object));
  switch (random.index(3)) {
    case 0:
      Reflect.deleteProperty(object, key);
      return { line: copy, how: `without ${way}/${key}` };
    case 1:
      object[`${key}2`] = object[key];
      return { line: copy, how: `with an extra ${way}/${key}2` };
    default:
      object[key] = Array.isArray(object[key]) ? { length: 1 } : [object[key]];
      return { line: copy, how: `with ${way}/${key} of another type` };
  }
}

describe('media/record.schema.json', () => {
  it.each(Object.keys(examples))('accepts: %s', (name) => expect(lineFaults(examples[name])).toEqual([]));

  it.each(Object.keys(fuller))('accepts: %s', (name) => {
    expect(lineFaults(fuller[name])).toEqual([]);
    expect(lineShapes.get(fuller[name]?.type ?? '')?.(fuller[name])).toBeNull();
  });

  it.each(Object.keys(examples))('refuses every mutation of: %s', (name) => {
    for (let seed = 1; seed <= 150; seed++) {
      const { line, how } = mutate(examples[name]!, seededRandom(seed));
      expect(lineFaults(line), `seed ${seed}: ${name} ${how}`).not.toEqual([]);
    }
  });

  it.each<[string, unknown]>([
    ['another version', { ...header, version: 3 }],
    ['a time that is none', { ...header, time: 'yesterday' }],
    ['every -1', { ...header, every: -1 }],
    ['a backend that does not exist', { ...header, backend: { ...header.backend, asked: 'gpu' } }],
    ['a hash without its kind', { ...header, scriptHash: 'ab'.repeat(32) }],
    ['line 0', { ...nonFinite, position: { file: 'a.ts', line: 0, column: 1 } }],
    ['step 0', step(10, { step: 0 })],
    ['null for a number that must be there', step(10, { total: null as never })],
    ['a text for a number', step(10, { total: '1.5' as never })],
    ['a norm below 0', { ...full, features: [{ ...leak, groups: [{ group: 'g', norm: -1, without: 0 }] }] }],
    ['an unknown cut', { ...full, cuts: [{ ...detach, kind: 'severed' }] }],
    ['a value of a window without its last', window(1, 9, { total: [1, 2, 3, 4, 5] as never })],
    ['a value of a window met at step 0', window(1, 9, { total: [1, 0, 3, 4, 5, 6] })],
    ['an unknown type', { type: 'weights', step: 1 }],
    ['a list', [header]],
    ['nothing', null],
  ])('refuses %s', (_, line) => expect(lineFaults(line)).not.toEqual([]));

  it('says what the reader says of a line that lost a field or has one of another type', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = seededRandom(seed);
      const name = random.pick(Object.keys(examples));
      const { line, how } = mutate(examples[name]!, random);
      const type = (line as { type?: unknown }).type;
      const fault = typeof type === 'string' ? lineShapes.get(type)?.(line) : ': no type';
      // An extra field is the one thing that the reader lets through: a newer writer may add one.
      if (!how.startsWith('with an extra')) {
        expect(fault, `seed ${seed}: ${name} ${how}`).not.toBeNull();
      }
    }
    for (const line of Object.values(examples)) {
      expect(lineShapes.get(line.type)?.(line)).toBeNull();
    }
  });
});

describe('recordFaults', () => {
  const faults = (lines: readonly object[]): string => recordFaults(recordText(lines)).join('\n');

  it('has nothing against a sound record', () => {
    expect(faults(healthy)).toBe('');
    expect(faults(windowed)).toBe('');
  });

  it.each<[string, readonly object[], RegExp]>([
    ['no header', healthy.slice(1), /header/],
    ['two headers', [header, ...healthy], /line 2: the header/],
    ['no end', healthy.slice(0, -1), /not the end/],
    ['a line after the end', [...healthy, validation], /follows the end/],
    ['a step before its graph', [header, step(1), end], /objective fit/],
    ['steps that fall', [header, graph, step(2), step(1), end], /step 1 at/],
    ['too few losses', [header, graph, step(1, { loss: [] }), end], /0 losses for 2 terms/],
    ['a step in two windows', [header, graph, window(1, 3), window(3, 4), end], /after a window up to 3/],
    ['more steps than there are', [header, graph, window(1, 3, { steps: 4 }), end], /4 steps from 1 to 3/],
    ['a window before its graph', [header, window(1, 1), end], /objective fit/],
    ['halves of no group', [header, { ...graph, groups: [], paths: [] }, halves, end], /group shared.* is not/],
    ['an unknown cut', [header, { ...graph, paths: [{ ...graph.paths[0], cuts: ['c9'] }] }, end], /cut c9/],
  ])('finds %s', (_, lines, expected) => expect(faults(lines)).toMatch(expected));

  it('finds a Gram matrix that is no triangle of the terms', () => {
    const wrong = step(1);
    const shared = { ...wrong.groups['shared(click+dwell)']!, gram: [1, 2] };
    expect(faults([header, graph, { ...wrong, groups: { 'shared(click+dwell)': shared } }, end])).toMatch(
      /gram, not 3/,
    );
  });
});
