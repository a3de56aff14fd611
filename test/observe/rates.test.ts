import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/diagnosis/finding.ts';
import type { RuleId } from '../../src/core/diagnosis/ruleIds.ts';
import { inEnglish } from '../../src/core/diagnosis/sentence.ts';
import { placesIn } from './factsOf.ts';
import {
  diagnosisOf,
  fit,
  hardSharing,
  harmful,
  loop,
  mixture,
  seeded,
  twoRegressions,
  type Tasks,
} from './rateTrainings.ts';
import { normal } from './twoHeads.ts';

const place = placesIn(import.meta.url);

let tasks: Tasks;

beforeAll(async () => {
  await tf.setBackend('cpu');
  tasks = twoRegressions(256);
});
afterEach(() => tf.disposeVariables());

const styles = ['fit', 'loop'] as const;

const train = (style: (typeof styles)[number], model: tf.LayersModel, optimizer: tf.Optimizer): unknown =>
  style === 'fit' ? fit(model, optimizer, tasks) : loop(model, optimizer, tasks);

const found = async (rule: RuleId, run: () => unknown): Promise<Finding[]> =>
  (await diagnosisOf(run)).findings.filter((finding) => finding.rule === rule);

const factorIn = ([finding]: readonly Finding[]): number => {
  const change = finding?.advice[0]?.change;
  return change?.of === 'learningRate' ? change.factor : NaN;
};

describe.each(styles)('a rate that is 100 times too high, in %s', (style) => {
  it('Adam: the losses jump; the factor is within 3 of the true one', async () => {
    const findings = await found('rateTooHigh', () => train(style, hardSharing(), tf.train./*@high*/ adam(1)));
    expect(findings).toMatchObject([
      {
        severity: 'warning',
        root: null,
        position: { line: place('high').line },
        expression: { of: 'argument', index: 0 },
      },
    ]);
    expect(factorIn(findings)).toBeGreaterThan(1 / 300);
    expect(factorIn(findings)).toBeLessThan(3 / 100);
    expect(findings[0]!.advice[0]!.change).toMatchObject({ group: null, value: expect.closeTo(0.0075, 2) as number });
  });

  it('SGD: the losses are no finite numbers soon', async () => {
    const findings = await found('rateTooHigh', () => train(style, mixture(), tf.train.sgd(5)));
    expect(findings).toHaveLength(1);
    expect(inEnglish(...findings[0]!.message)).toMatch(/is no finite number at step \d\./);
    expect(factorIn(findings)).toBeGreaterThan(1 / 300);
    expect(factorIn(findings)).toBeLessThan(3 / 100);
  });
});

describe.each(styles)('a rate that is 1000 times too low, in %s', (style) => {
  it.each([
    ['SGD', () => tf.train.sgd(5e-5)],
    ['Adam', () => tf.train.adam(1e-5)],
  ])('%s: told for the optimizer, with a factor within 3 of the true one', async (_, make) => {
    const findings = await found('rateTooLow', () => train(style, mixture(), make()));
    expect(findings).toMatchObject([{ severity: 'warning', root: null }]);
    expect(findings[0]!.groups).toHaveLength(3);
    expect(factorIn(findings)).toBeGreaterThan(1000 / 3);
    expect(factorIn(findings)).toBeLessThan(3000);
  });
});

describe.each(styles)('starts and layers that nothing can be learned through, in %s', (style) => {
  const hidden = { kernelInitializer: tf.initializers.randomNormal({ stddev: 5, seed: 3 }) };

  it('a bias of -10: all units are dead, and the layer is named', async () => {
    const model = hardSharing({ hidden: { biasInitializer: tf.initializers.constant({ value: -10 }) } });
    const findings = await found('dyingUnits', () => train(style, model, tf.train.adam(0.01)));
    expect(findings).toMatchObject([{ severity: 'error', root: expect.stringMatching(/^dead:/) as string }]);
    expect(inEnglish(...findings[0]!.message)).toMatch(/^32 of the 32 units of trunk0 .* They were so from the start/);
  });

  it('N(0, 5) before tanh: saturated', async () => {
    const model = hardSharing({ hidden: { ...hidden, activation: 'tanh' } });
    const findings = await found('saturation', () => train(style, model, tf.train.adam(0.01)));
    expect(findings.map(({ severity, root }) => [severity, root])).toEqual([['warning', null]]);
    expect(inEnglish(...findings[0]!.message)).toMatch(/^7\d(\.\d)? % of the values that go into the Tanh of trunk0/);
  });

  it('N(0, 5) before rectifiers: the losses start far off, and the kernel is named', async () => {
    const model = hardSharing({ layers: 3, hidden });
    const findings = await found('exploding', () => train(style, model, tf.train.adam(0.01)));
    expect(findings).toMatchObject([{ severity: 'warning', root: null, tasks: { length: 2 } }]);
    expect(inEnglish(...findings[0]!.message)).toMatch(/^trunk1 starts so large .* 28\.\d+ times/);
  });

  it('twelve layers of sigmoids: the gradient vanishes on the way, for both tasks', async () => {
    const model = hardSharing({ layers: 12, units: 16, hidden: { activation: 'sigmoid' } });
    const findings = await found('vanishing', () => train(style, model, tf.train.adam(0.01)));
    expect(findings.map(({ severity, root }) => [severity, root])).toEqual([
      ['warning', null],
      ['warning', null],
    ]);
    expect(inEnglish(...findings[0]!.message)).toMatch(
      /in a\/kernel.* its last kernel, .* in trunk0\/kernel.* 13 kernels/,
    );
  });

  it('gates whose logits are 50 times too large: collapsed, with the expert', async () => {
    const findings = await found('gateCollapse', () => train(style, mixture(50), tf.train.adam(0.01)));
    expect(findings.map(({ severity, root }) => [severity, root])).toEqual([
      ['warning', null],
      ['warning', null],
    ]);
    expect(inEnglish(...findings[0]!.message)).toMatch(/^gate_a listens .* expert\d \(expert \d of 3\) gets/);
  });
});

describe('in operations, without layers', () => {
  it('units are named by their kernel, at the line of the activation', async () => {
    const { x, y } = tasks;
    const run = (): void => {
      const trunk = tf.variable(normal([8, 16], 1).div(3));
      const bias = tf.variable(tf.fill([16], -10));
      const [a, b] = [tf.variable(normal([16, 1], 2)), tf.variable(normal([16, 1], 3))];
      const optimizer = tf.train.adam(0.01);
      for (let step = 0; step < 30; step++) {
        optimizer.minimize(() => {
          const h = tf./*@relu*/ relu(x.matMul(trunk).add(bias));
          const [one, other] = [h.matMul(a), h.matMul(b)] as [tf.Tensor, tf.Tensor];
          return tf.losses.meanSquaredError(y[0], one).add(tf.losses.meanSquaredError(y[1], other)) as tf.Scalar;
        });
      }
    };
    const findings = await found('dyingUnits', run);
    expect(findings).toMatchObject([
      { position: { line: place('relu').line }, groups: [expect.stringMatching(/^shared/) as string] },
    ]);
    expect(inEnglish(...findings[0]!.message)).toMatch(/16 of the 16 units of trunk/);
  });
});

describe('what does well is silent', () => {
  it.each([
    ['SGD', () => hardSharing(), () => tf.train.sgd(0.05)],
    ['Adam', () => hardSharing({ layers: 3 }), () => tf.train.adam(0.01)],
    [
      'a small rate that suffices',
      () => hardSharing({ layers: 2, hidden: { activation: 'tanh' } }),
      () => tf.train.adam(1e-3),
    ],
    ['RMSProp', () => mixture(), () => tf.train.rmsprop(3e-3)],
  ])('%s', async (_, model, optimizer) => {
    for (const style of styles) {
      const diagnosis = await diagnosisOf(() => train(style, model(), optimizer()));
      expect(harmful(diagnosis), style).toEqual([]);
      expect(diagnosis.silent.map(({ rule }) => rule)).toEqual(
        expect.arrayContaining(['exploding', 'rateTooHigh', 'saturation', 'vanishing', 'rateTooLow', 'gateCollapse']),
      );
    }
  });

  it('a scale of 100 to 1 under Adam, and a task that was easy and has come to rest', async () => {
    const scaled = twoRegressions(256, 1, 10);
    const diagnosis = await diagnosisOf(() => fit(hardSharing(), tf.train.adam(0.01), scaled, 30));
    const rates: readonly RuleId[] = [
      'exploding',
      'rateTooHigh',
      'rateTooLow',
      'vanishing',
      'dyingUnits',
      'saturation',
    ];
    expect(
      diagnosis.findings.filter(({ rule, severity }) => rates.includes(rule) && severity !== 'information'),
    ).toEqual([]);
    const easy: Tasks = { x: tasks.x, y: [tasks.y[0], tf.zeros([256, 1])] };
    // Labels that are all 0 are told as what they are, and as nothing else.
    expect(harmful(await diagnosisOf(() => fit(hardSharing(), tf.train.adam(0.01), easy, 30)))).toEqual([
      'constantLabels',
    ]);
  });

  it('a rate that has come down to next to nothing when all is learned', async () => {
    const run = async (): Promise<void> => {
      const optimizer = tf.train.sgd(0.1);
      const model = hardSharing({ hidden: { kernelInitializer: seeded(3) } });
      await fit(model, optimizer, tasks, 20);
      optimizer.setLearningRate(1e-6);
      await fit(model, optimizer, tasks, 40);
    };
    expect(harmful(await diagnosisOf(run))).toEqual([]);
  });
});
