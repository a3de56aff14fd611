import * as tf from '@tensorflow/tfjs';
import { compileMultiTask, uncertainty } from 'mtl-debugger';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import type { Finding } from '../../src/core/diagnosis/finding.ts';
import { Run } from '../../src/core/run/run.ts';
import { watchEachTest } from '../observe/inProcess.ts';
import { normalsOf, seededRandom, type Random } from '../random.ts';

const watched = watchEachTest();

function recorded(): Run {
  const run = new Run();
  watched.lines.forEach((line) => run.add(line));
  return run;
}

const findings = (): readonly Finding[] => diagnose(recorded()).findings;
const kernel = (seed: number) => tf.initializers.glorotUniform({ seed });
const dense = (units: number, seed: number, more: object = {}): tf.layers.Layer =>
  tf.layers.dense({ units, kernelInitializer: kernel(seed), ...more });

/** A loop with a fresh batch for each step. */
function train(
  steps: number,
  optimizer: tf.Optimizer,
  batch: () => { x: number[][]; y: number[][][] },
  lossesOf: (x: tf.Tensor2D, y: tf.Tensor2D[]) => [tf.Tensor, tf.Tensor],
): void {
  for (let step = 0; step < steps; step++) {
    const { x, y } = batch();
    tf.tidy(() => {
      const [input, targets] = [tf.tensor2d(x), y.map((each) => tf.tensor2d(each))];
      optimizer.minimize(() => {
        const [a, b] = lossesOf(input, targets);
        return tf.add(a, b) as tf.Scalar;
      });
    });
  }
}

describe('GradNorm’s toy: f_i = σ_i tanh((B + ε_i) x), σ = 1 and 100', () => {
  it('a gap of about 85, and 1 / variance is ranked above balanced gradients', () => {
    const random = seededRandom(2);
    const [inputs, outputs] = [50, 20];
    const shared = normalsOf(random, inputs * outputs);
    const own = [0, 1].map(() => normalsOf(random, inputs * outputs));
    const matrices = own.map((noise) => noise.map((value, i) => Math.sqrt(10) * shared[i]! + Math.sqrt(3.5) * value));
    const row = (x: number[], k: number): number[] =>
      Array.from({ length: outputs }, (_, j) => {
        const sum = x.reduce((total, value, i) => total + value * matrices[k]![i * outputs + j]!, 0);
        return [1, 100][k]! * Math.tanh(sum);
      });
    const trunk = tf.sequential({
      layers: [1, 2, 3].map((seed) =>
        dense(40, seed, { activation: 'relu', ...(seed === 1 ? { inputShape: [inputs] } : {}) }),
      ),
    });
    const heads = [4, 5].map((seed) => tf.sequential({ layers: [dense(outputs, seed, { inputShape: [40] })] }));
    const batch = () => {
      const x = Array.from({ length: 32 }, () => unit(random, inputs));
      return { x, y: [0, 1].map((k) => x.map((each) => row(each, k))) };
    };
    train(40, tf.train.adam(1e-3), batch, (x, y) => {
      const h = trunk.apply(x) as tf.Tensor;
      const [a, b] = heads.map((head, k) => tf.losses.meanSquaredError(y[k]!, head.apply(h) as tf.Tensor));
      return [a!, b!];
    });
    const gap = findings().find(({ rule }) => rule === 'lossScale')!;
    expect(gap.severity).toBe('information');
    const ratio = gap.evidence[0]!.value as number;
    expect(ratio).toBeGreaterThan(50);
    expect(ratio).toBeLessThan(150);
    expect(gap.advice.map(({ id }) => id)).toEqual(['standardise', 'weight', 'uncertainty', 'gradientNorms']);
    const [, weight, , norms] = gap.advice.map(({ change }) => (change?.of === 'weight' ? change.factor : NaN));
    expect(weight).toBeGreaterThan(0.5e-4);
    expect(weight).toBeLessThan(2e-4);
    expect(norms).toBeCloseTo(1 / ratio, 10);
  });
});

describe('tasks that want opposite things of what they share', () => {
  it('y_b = -y_a on the shared part: a conflict is first, and no scale', () => {
    const random = seededRandom(5);
    const trunk = tf.sequential({ layers: [dense(16, 1, { activation: 'tanh', inputShape: [4] }), dense(1, 2)] });
    const towers = [3, 4].map((seed) => tf.sequential({ layers: [dense(1, seed, { inputShape: [1] })] }));
    const batch = () => {
      const x = Array.from({ length: 64 }, () => normalsOf(random, 6));
      const shared = (row: number[]): number => row[0]! + Math.sin(2 * row[1]!) + 0.5 * row[2]! * row[3]!;
      return {
        x,
        y: [x.map((row) => [shared(row) + 0.3 * row[4]!]), x.map((row) => [-shared(row) + 0.3 * row[5]!])],
      };
    };
    train(300, tf.train.adam(5e-3), batch, (x, y) => {
      const h = trunk.apply(tf.slice(x, [0, 0], [-1, 4])) as tf.Tensor;
      const [a, b] = towers.map((tower, k) =>
        tf.losses.meanSquaredError(y[k]!, tf.add(h, tower.apply(tf.slice(x, [0, 4 + k], [-1, 1])) as tf.Tensor)),
      );
      return [a!, b!];
    });
    const found = findings();
    expect(found[0]).toMatchObject({ rule: 'conflict', severity: 'warning', root: null });
    expect(found[0]!.evidence[0]!.value).toBeLessThan(-0.8);
    expect(found.filter(({ rule }) => rule === 'lossScale')).toEqual([]);
    expect(found.filter(({ root, severity }) => root === null && severity !== 'information')).toHaveLength(1);
  });
});

describe('uncertainty weighting after few steps', () => {
  it('names the steps that s needs at least: |ln L - s| / rate', async () => {
    const random = seededRandom(3);
    const x = normalsOf(random, 100);
    const target = (make: (value: number) => number) => tf.tensor2d(x.map((value) => [make(value)]));
    const y = {
      y1: target((value) => 2 * value + 8 + 10 * normalsOf(random, 1)[0]!),
      y2: target((value) => 3 * value + 3 + normalsOf(random, 1)[0]!),
    };
    const input = tf.input({ shape: [1] });
    const h = dense(32, 1, { activation: 'relu' }).apply(input);
    const outputs = ['y1', 'y2'].map((name, k) => dense(1, 2 + k, { name }).apply(h) as tf.SymbolicTensor);
    const mtl = compileMultiTask(tf.model({ inputs: input, outputs }), {
      tasks: { y1: { loss: 'meanSquaredError' }, y2: { loss: 'meanSquaredError' } },
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: 1e-3,
      weighting: uncertainty(),
    });
    await mtl.fit(tf.tensor2d(x.map((value) => [value])), y, { epochs: 50, batchSize: 20, yieldEvery: 'never' });
    const lag = findings().find(({ id }) => id === 'uncertaintyLag:y1')!;
    const [s, optimum, steps] = lag.evidence.map(({ value }) => value as number);
    // 250 steps of 1e-3 at most.
    expect(s).toBeGreaterThan(0.2);
    expect(s).toBeLessThan(0.26);
    expect(steps).toBeGreaterThan((0.9 * (optimum! - s!)) / 1e-3);
    expect(steps).toBeLessThanOrEqual((optimum! - s!) / 1e-3);
    mtl.dispose();
  });
});

function unit(random: Random, size: number): number[] {
  const values = Array.from({ length: size }, () => 2 * random.next() - 1);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
