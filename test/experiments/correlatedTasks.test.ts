import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { pairCosines } from '../../src/core/diagnosis/rules/scale/pairCosine.ts';
import { RunView } from '../../src/core/diagnosis/runView.ts';
import { Run } from '../../src/core/run/run.ts';
import { watchEachTest } from '../observe/inProcess.ts';
import { normalsOf, seededRandom, type Random } from '../random.ts';

const SEED = 11;
const [INPUTS, BATCH, STEPS] = [100, 64, 200];
/** With the correlation that labels were published to have; it depends on how α and β fall, by about 0.2. */
const PUBLISHED = [
  [0, 0],
  [0.5, 0.32],
  [0.8, 0.57],
  [1, 0.76],
] as const;

const watched = watchEachTest();

/** y_k = w_k·x + Σ_m sin(α_m w_k·x + β_m) + ε, with w of length c = 0.3 at an angle whose cosine is p. */
function labelsFor(p: number, random: Random): (x: readonly number[], task: number) => number {
  const [c, noise] = [0.3, Math.sqrt(0.1)];
  const waves = Array.from({ length: 5 }, () => ({ alpha: 2 * random.next(), beta: 2 * Math.PI * random.next() }));
  const [u1, u2] = orthonormal(random);
  const w = [u1.map((value) => c * value), u1.map((value, i) => c * (p * value + Math.sqrt(1 - p * p) * u2[i]!))];
  return (x, task) => {
    const z = dot(x, w[task]!);
    const bent = waves.reduce((sum, { alpha, beta }) => sum + Math.sin(alpha * z + beta), 0);
    return z + bent + noise * normalsOf(random, 1)[0]!;
  };
}

/** The corrected cosine of the tasks' gradients at the trunk, over a training that is watched at every step. */
function cosineFor(p: number): number {
  watched.lines.length = 0;
  const random = seededRandom(SEED);
  const label = labelsFor(p, random);
  const dense = (units: number, seed: number, more: object): tf.Sequential =>
    tf.sequential({
      layers: [tf.layers.dense({ units, kernelInitializer: tf.initializers.glorotUniform({ seed }), ...more })],
    });
  const trunk = dense(16, 1, { activation: 'relu', inputShape: [INPUTS] });
  // One seed for both heads: else their own cosine would be a factor of the trunk's.
  const heads = [2, 2].map((seed) => dense(1, seed, { inputShape: [16] }));
  const optimizer = tf.train.sgd(2e-3);
  for (let step = 0; step < STEPS; step++) {
    const rows = Array.from({ length: BATCH }, () => normalsOf(random, INPUTS));
    const targets = [0, 1].map((task) => rows.map((row) => [label(row, task)]));
    tf.tidy(() => {
      const x = tf.tensor2d(rows);
      optimizer.minimize(() => {
        const h = trunk.apply(x) as tf.Tensor;
        const [a, b] = heads.map((head, k) =>
          tf.losses.meanSquaredError(tf.tensor2d(targets[k]!), head.apply(h) as tf.Tensor),
        );
        return tf.add(a!, b!) as tf.Scalar;
      });
    });
  }
  const run = new Run();
  watched.lines.forEach((line) => run.add(line));
  const [pair] = pairCosines(new RunView(run)).map(({ cosine }) => cosine);
  return pair?.verdict === 'measured' ? pair.cosine : NaN;
}

function labelCorrelation(p: number): number {
  const random = seededRandom(SEED);
  const label = labelsFor(p, random);
  const pairs = Array.from({ length: 4000 }, () => {
    const x = normalsOf(random, INPUTS);
    return [label(x, 0), label(x, 1)] as const;
  });
  const centred = [0, 1].map((k) => {
    const mean = pairs.reduce((sum, pair) => sum + pair[k]!, 0) / pairs.length;
    return pairs.map((pair) => pair[k]! - mean);
  });
  const [a, b] = [centred[0]!, centred[1]!];
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** MMoE’s correlated tasks (Ma et al., KDD 2018), in full: d = 100, five waves, ε of variance 0.1. */
describe(`correlated tasks, seed ${SEED}`, () => {
  it.each(PUBLISHED)('p = %s: labels correlate by about %s', (p, published) => {
    expect(Math.abs(labelCorrelation(p) - published)).toBeLessThan(0.2);
  });

  it('the corrected cosine of their trunk gradients rises with p', () => {
    const cosines = PUBLISHED.map(([p]) => cosineFor(p));
    console.log(`seed ${SEED}: cosines ${cosines.map((cosine) => cosine.toFixed(2)).join(', ')}`);
    for (const [i, cosine] of cosines.slice(1).entries()) {
      expect(cosine, `p = ${PUBLISHED[i + 1]![0]}`).toBeGreaterThan(cosines[i]! + 0.1);
    }
    expect(cosines.at(-1)).toBeGreaterThan(0.9);
  });
});

function orthonormal(random: Random): [number[], number[]] {
  const one = unit(normalsOf(random, INPUTS));
  const other = normalsOf(random, INPUTS);
  const along = dot(one, other);
  return [one, unit(other.map((value, i) => value - along * one[i]!))];
}

function unit(values: readonly number[]): number[] {
  const length = Math.sqrt(dot(values, values));
  return values.map((value) => value / length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
