import type { ActivationMeasure, GateMeasure, HalvesLine, RecordLine } from '../src/core/run/record.ts';
import { end, graph, header, plan, step } from './sampleRecord.ts';

/**
 * The halves of a batch, whose products are the same at every step but for a noise that alternates: between the tasks -0.3 of
 * norms 1 and 2, so a cosine of -0.15 is measured.
 */
export const halves = (n: number, noise = 0, change: Partial<HalvesLine> = {}): HalvesLine => {
  const shift = n % 2 === 0 ? noise : -noise;
  return {
    type: 'halves',
    step: n,
    objective: 'fit',
    rows: 32,
    independent: true,
    groups: {
      'shared(click+dwell)': { terms: ['click', 'dwell'], cross: [1 + shift, -0.5 + shift, -0.1 + shift, 4 + shift] },
    },
    ...change,
  };
};

/** 20 of them. */
export const manyHalves = (noise: number, change: Partial<HalvesLine> = {}): HalvesLine[] =>
  Array.from({ length: 20 }, (_, i) => halves(i + 1, noise, change));

export const activation = (layer: string, change: Partial<ActivationMeasure> = {}): ActivationMeasure => ({
  layer,
  op: 'Relu',
  index: 0,
  units: 16,
  rows: 32,
  zero: 0,
  dead: 0,
  saturated: null,
  ...change,
});

export const collapsedGate: GateMeasure = {
  layer: 'gate_click',
  index: 0,
  experts: 3,
  rows: 32,
  entropy: 0.004,
  collapsed: 0.97,
  load: [0.001, 0.003, 0.996],
};

const evenGate: GateMeasure = {
  ...collapsedGate,
  layer: 'gate_dwell',
  entropy: 0.98,
  collapsed: 0,
  load: [0.3, 0.4, 0.3],
};

/** Tasks that pull apart, a layer half dead, and a gate that has collapsed. */
export const quiet: readonly RecordLine[] = [
  { ...header, version: 2 },
  plan,
  graph,
  ...manyHalves(0.05),
  step(20, {
    activations: [
      activation('trunk'),
      activation('click_tower', { zero: 9, dead: 8 }),
      activation('dwell_tower', { op: 'Tanh', zero: null, dead: null, saturated: 0.62 }),
    ],
    gates: [evenGate, collapsedGate],
  }),
  end,
];
