import * as tf from '@tensorflow/tfjs';
import { compileMultiTask, layers, multiTaskOptimizer, uncertainty } from 'mtl-debugger';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchThisProcess, type Watched } from './inProcess.ts';

let watched: Watched;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  watched = watchThisProcess(1);
});
afterEach(() => {
  watched.observation.uninstall();
  tf.disposeVariables();
});

const normal = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** `dwell` takes `click`'s prediction as a feature, behind the library's own stop-gradient layer. */
function feed(): tf.LayersModel {
  const input = tf.input({ shape: [4] });
  const h = tf.layers.dense({ units: 5, activation: 'tanh', name: 'trunk' }).apply(input) as tf.SymbolicTensor;
  const click = tf.layers.dense({ units: 1, activation: 'sigmoid', name: 'click' }).apply(h) as tf.SymbolicTensor;
  const feature = layers.stopGradient().apply(click) as tf.SymbolicTensor;
  const both = tf.layers.concatenate().apply([h, feature]) as tf.SymbolicTensor;
  const dwell = tf.layers.dense({ units: 1, name: 'dwell' }).apply(both) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: [click, dwell] });
}

describe('training through the runtime library', () => {
  it('tasks, weights, groups and the intended cut are seen as declared', async () => {
    const mtl = compileMultiTask(feed(), {
      tasks: { click: { loss: 'binaryCrossentropy' }, dwell: { loss: 'meanSquaredError', weight: 0.25 } },
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: { shared: 1e-3, click: 1e-3, dwell: 5e-3 },
    });
    const x = normal([24, 4], 1);
    await mtl.fit(
      x,
      { click: normal([24, 1], 2).greater(0).toFloat(), dwell: normal([24, 1], 3) },
      { epochs: 2, batchSize: 8, validationSplit: 0.25 },
    );
    watched.observation.flush();

    const graph = watched.graph();
    expect(graph.terms.map(({ id, from }) => [id, from])).toEqual([
      ['click', 'declared'],
      ['dwell', 'declared'],
    ]);
    expect(graph.objectives.map(({ via }) => via)).toEqual(['library']);
    expect(graph.groups.map(({ id }) => id)).toEqual(['shared(click+dwell)', 'tower(click)', 'tower(dwell)']);
    expect(graph.cuts).toMatchObject([{ kind: 'stopGradient', declared: true }]);
    expect(graph.features).toMatchObject([{ of: 'click', usedBy: 'dwell', declared: true }]);
    const steps = watched.steps();
    expect(steps.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 2, 2, 2]);
    expect(steps[0]!.loss.map(({ weight }) => weight)).toEqual([1, 0.25]);
    // From the second step on it is known which optimizer holds which variable's moments.
    expect(steps[1]!.groups['shared(click+dwell)']!.share).not.toBeNull();
    for (const step of steps) {
      expect(Object.values(step.groups).every(({ updateRatio }) => Number(updateRatio) > 0)).toBe(true);
    }
    expect(watched.lines.filter(({ type }) => type === 'validation')).toHaveLength(2);
    expect(watched.lines.find((line) => line.type === 'plan')).toMatchObject({ epochs: 2, stepsPerEpoch: 3 });
  });

  it('clipNorm: gradients are told before clipping, and Adam scales by the moments of the clipped ones', () => {
    const [a, b] = [1, 2].map((value) => tf.variable(tf.scalar(value), true, `w${value}`)) as [
      tf.Variable,
      tf.Variable,
    ];
    const trainer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: 1e-3,
      weights: { near: 1, far: 1 },
      variables: [a, b],
      clipNorm: 1,
    });
    for (let step = 0; step < 3; step++) {
      // The gradients are 3 and 4: of norm 5, clipped to 0.6 and 0.8.
      trainer.step(null, () => ({ near: a.mul(3), far: b.mul(4) }));
    }
    watched.observation.flush();
    const [, second, third] = watched.steps();
    for (const step of [second!, third!]) {
      const [near, far] = [step.groups['tower(near)']!, step.groups['tower(far)']!];
      expect([near.norm[0], near.total, far.norm[0], far.total]).toEqual([3, 3, 4, 4]);
      // Adam divides by the root of its moments, |0.6| and |0.8|.
      expect(Number(near.metricGram![0])).toBeCloseTo((3 / 0.6) ** 2, 2);
      expect(Number(far.metricGram![0])).toBeCloseTo((4 / 0.8) ** 2, 2);
    }
  });

  it('uncertainty weighting: the log-variances are a group of their own, the weights are exp(-s)', () => {
    const [a, b] = [normal([3, 1], 4), normal([3, 1], 5)].map((weight, index) =>
      tf.variable(weight, true, `w${index}`),
    );
    const trainer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: 0.05,
      weights: { near: 1, far: 1 },
      weighting: uncertainty(),
    });
    const x = normal([10, 3], 6);
    for (let step = 0; step < 20; step++) {
      trainer.step(x, (batch) => ({
        near: batch.matMul(a!).square().mean().asScalar(),
        far: batch.matMul(b!).sub(30).square().mean().asScalar(),
      }));
    }
    watched.observation.flush();
    const graph = watched.graph();
    expect(graph.terms.filter(({ kind }) => kind === 'task').map(({ id }) => id)).toEqual(['near', 'far']);
    expect(graph.groups.map(({ id }) => id)).toEqual(['tower(near)', 'tower(far)', 'weighting']);
    const last = watched.steps().at(-1)!;
    expect(Number(last.loss[0]!.weight)).toBeGreaterThan(Number(last.loss[1]!.weight));
    const [s] = graph.groups.at(-1)!.variables;
    const value = tf.engine().registeredVariables[s!.name];
    expect(value).toBeDefined();
  });
});
