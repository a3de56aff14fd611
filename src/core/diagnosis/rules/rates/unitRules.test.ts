import { expect, it } from 'vitest';
import { end, graph, step } from '../../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import type { ActivationMeasure, RecordedNumber, RecordLine, StepLine } from '../../../run/record.ts';
import type { Rule } from '../../rule.ts';
import { exploding } from './exploding.ts';
import { gateCollapse } from './gateCollapse.ts';
import { dyingUnits, saturation } from './unitRules.ts';
import { vanishing } from './vanishing.ts';

const made = fact(
  'layerMade',
  { kind: 'Dense', activation: 'relu', model: 'feed' },
  { layer: 'shared', position: at(12) },
);
const relu = { layer: 'shared', op: 'Relu', index: 0, units: 10, rows: 50, zero: 0, dead: 0, saturated: null };
const tanh = { ...relu, op: 'Tanh', zero: null, dead: null, saturated: 0.1 };
const gate = { layer: 'gate', index: 0, experts: 3, rows: 50, entropy: 0.02, collapsed: 0.95, load: [0.05, 0.9, 0.05] };

/** Losses that stand still: what is dead does harm. */
const still = [0, 1].map(() => ({ raw: 1, weight: 1, weighted: 1, relative: 1 }));

const run = (change: (n: number) => Partial<StepLine>, ...facts: readonly RecordLine[]): RecordLine[] => [
  graph,
  made,
  ...facts,
  ...Array.from({ length: 40 }, (_, i) => step(i + 1, change(i + 1))),
  end,
];

it('dead units: by their part of the layer, and by whether a task suffers', () => {
  const of = (dead: number, loss?: StepLine['loss'], zero = 0): string =>
    said(
      dyingUnits,
      viewOf(...run((n) => ({ activations: [{ ...relu, zero, dead: n > 10 ? dead : 0 }], ...(loss && { loss }) }))),
    )[0]!;
  expect(of(6, still, 6)).toBe(
    'error: 6 of the 10 units of shared are at 0 on every sample of the last 500 or more. They were so from the start: 60 % of ' +
      'them at step 1.',
  );
  expect(of(3, still)).toMatch(/^warning: 3 of the 10 units .* they died while it trained/);
  expect(of(3)).toMatch(/^information/);
  expect(of(6)).toMatch(/^information/);
  expect(of(2, still)).toBe(
    'silent: Of shared, 20 % of the units are at 0 on all of 500 samples (up to 20 % is usual).',
  );
});

it('dead units stand where the layer was made, with the groups and tasks that they serve', () => {
  const view = viewOf(...run(() => ({ activations: [{ ...relu, dead: 6 }], loss: still })));
  expect(dyingUnits.judge(view).findings[0]).toMatchObject({
    position: at(12),
    groups: ['shared(click+dwell)'],
    tasks: ['click', 'dwell'],
    evidence: [{ value: 60, unit: '%', interval: [60, 60], steps: { from: 21, to: 40, count: 20 } }],
  });
});

it('units that start dead or flat mean the start of their layer, others the layer', () => {
  const meantBy = (rule: Rule, ...measures: readonly ActivationMeasure[]) => {
    const looks = (n: number) => ({ activations: [measures[n < 5 ? 0 : 1]!], loss: still });
    return rule.judge(viewOf(...run(looks))).findings[0]?.expression;
  };
  const [dead, wide] = [
    { ...relu, zero: 10, dead: 10 },
    { ...tanh, saturated: 0.8 },
  ];
  expect(meantBy(dyingUnits, dead, dead)).toEqual({
    of: 'firstProperty',
    names: ['biasInitializer', 'kernelInitializer'],
  });
  expect(meantBy(dyingUnits, relu, dead)).toBeNull();
  expect(meantBy(saturation, wide, wide)).toEqual({
    of: 'firstProperty',
    names: ['kernelInitializer', 'biasInitializer'],
  });
  expect(meantBy(saturation, tanh, wide)).toBeNull();
});

it('saturation: more than half of the values, most of the time', () => {
  const of = (saturated: number, now = saturated): string =>
    said(saturation, viewOf(...run((n) => ({ activations: [{ ...tanh, saturated: n > 30 ? now : saturated }] }))))[0]!;
  expect(of(0.6)).toMatch(/^warning: 60 % of the values that go into the Tanh of shared are beyond 5/);
  expect(of(0.4)).toMatch(/^silent: In shared, 40 % of the values/);
  expect(of(0.1, 0.6)).toMatch(/^silent/);
});

it('a gate that listens to one expert names it', () => {
  const experts = fact(
    'units',
    { op: 'Softmax', index: 0, kernel: 'gate/kernel', experts: ['cheap', 'wide', 'deep'] },
    { objective: 'fit', layer: 'gate', position: at(21) },
  );
  const of = (collapsed: number, ...facts: readonly RecordLine[]): string =>
    said(gateCollapse, viewOf(...run(() => ({ gates: [{ ...gate, collapsed }] }), ...facts)))[0]!;
  expect(of(0.95, experts)).toBe(
    'warning: gate listens to one of its 3 experts alone for 95 % of the samples (more than 75 % is a collapse). wide (expert 2 ' +
      'of 3) gets 90 % of the weight.',
  );
  expect(of(0.95)).toContain('Expert 2 of 3 gets 90 % of the weight.');
  const meant = (collapsed: (n: number) => number) =>
    gateCollapse.judge(viewOf(...run((n) => ({ gates: [{ ...gate, collapsed: collapsed(n) }] })))).findings[0]
      ?.expression;
  expect(meant(() => 0.95)).toEqual({ of: 'logits' });
  expect(meant((n) => (n < 5 ? 0 : 0.95))).toBeNull();
  expect(of(0.5)).toMatch(/^silent: gate listens to one expert alone for 50 % of the samples/);
  expect(said(gateCollapse, viewOf(...run(() => ({}))))).toEqual(['silent: No softmax was found that weighs experts.']);
});

const path = (gain: number) =>
  fact(
    'kernels',
    { first: 'shared/kernel', last: 'click tower/kernel', count: 13, widest: 'shared/kernel', gain },
    { objective: 'fit', task: 'click', layer: 'shared', position: at(12) },
  );
const kernels = (first: RecordedNumber, last: RecordedNumber): Partial<StepLine> => ({
  kernels: { click: [first, last] },
});

it('a gradient that is gone at the first kernel, but not one that is exactly 0 or of a task that has learned', () => {
  const of = (first: number, last: number): string =>
    said(vanishing, viewOf(...run(() => kernels(first, last), path(1))))[0]!;
  expect(of(1e-8, 0.5)).toBe(
    'warning: The gradient of click is 0.5 in click tower/kernel, its last kernel, and 2e-8 times that in shared/kernel, its first ' +
      '(less than 0.001 is too little). 13 kernels lie on the way.',
  );
  expect(of(1e-5, 1e-4)).toMatch(/^silent: The gradient of click in its first kernel is 0.1 times that in its last/);
  expect(of(1e-3, 10)).toMatch(/^silent/);
  expect(of(0, 0.5)).toMatch(/^silent/);
});

it('a gradient that vanishes means the activation of its first layer, where that is one that is flat', () => {
  const meant = (activation: string) => {
    const layer = { kind: 'Dense', activation, model: null };
    const lines = run(() => kernels(1e-8, 0.5), path(1)).filter((line) => line !== made);
    const view = viewOf(...lines, fact('layerMade', layer, { layer: 'shared', position: at(12) }));
    return vanishing.judge(view).findings[0]?.expression;
  };
  expect(meant('sigmoid')).toEqual({ of: 'property', name: 'activation' });
  expect(meant('relu')).toBeNull();
});

it('a gradient that grows from the last kernel to the first, with harm', () => {
  const of = (ratio: number, loss?: StepLine['loss']): string =>
    said(exploding, viewOf(...run(() => ({ ...kernels(ratio, 1), ...(loss && { loss }) }), path(1))))[0]!;
  expect(of(100, still)).toMatch(
    /^warning: The gradient of click is 100 times larger in its first kernel, shared\/kernel/,
  );
  expect(of(60, still)).toMatch(/^silent: The gradient of click in its first kernel is 60 times that in its last/);
  expect(of(100)).toMatch(/^silent/);
});

it('a kernel that starts too large, where the loss has had a long way back', () => {
  const view = (gain: number): string => said(exploding, viewOf(...run(() => kernels(1, 1), path(gain))))[0]!;
  expect(view(14)).toMatch(
    /^warning: shared starts so large that each of its units answers with 14 times .* starts at 0.7/,
  );
  expect(view(2)).toMatch(/^silent/);
  expect(exploding.judge(viewOf(...run(() => kernels(1, 1), path(14)))).findings[0]).toMatchObject({
    position: at(12),
    expression: { of: 'firstProperty', names: ['kernelInitializer'] },
  });
});

it('a gradient that grows from window to window, with a loss that rises', () => {
  const rising = (growth: number, loss: number, weight = 1): string =>
    said(
      exploding,
      viewOf(
        ...run((n) => {
          const raw = loss ** n;
          return {
            ...kernels(growth ** n, growth ** n),
            loss: [0, 1].map(() => ({ raw, weight, weighted: raw * weight, relative: raw })),
          };
        }, path(1)),
      ),
    )[0]!;
  expect(rising(1.2, 1.1)).toMatch(/^warning: The gradient of click grows \d+(\.\d+)? times in 3\d steps/);
  expect(rising(1.1, 1.1)).toMatch(/^silent/);
  expect(rising(1.2, 0.9)).toMatch(/^silent/);
  // A loss that is subtracted grows because it is: that is told as such.
  expect(rising(1.2, 1.1, -1)).toMatch(/^silent/);
});
