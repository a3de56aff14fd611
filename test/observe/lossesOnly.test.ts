import * as tf from '@tensorflow/tfjs';
import { multiTaskOptimizer } from 'mtl-debugger';
import ts from 'typescript';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GraphLine, RecordLine, WindowLine } from '../../src/core/run/record.ts';
import type { Observation } from '../../src/trainer/observe/installObservation.ts';
import { installLossesOnly } from '../../src/trainer/observe/lossesOnly/installLossesOnly.ts';
import { whyLossesOnly } from '../../src/trainer/observe/lossesOnly/whyLossesOnly.ts';

let observation: Observation;
let lines: RecordLine[] = [];
let stopRequested: string | null = null;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  lines = [];
  stopRequested = null;
  observation = installLossesOnly({
    tf,
    recording: {
      append: (line) => lines.push(line),
      noteStep: () => undefined,
      get stopRequested() {
        return stopRequested;
      },
    },
    every: 1,
    budget: null,
    startedAt: performance.now(),
    framesOf: (error) => [{ file: error.message, line: 1, column: 1 }],
    random: null,
    cwd: process.cwd(),
    loadTypescript: () => ts,
    backendName: null,
    stop: () => {
      throw new Error('cancelled');
    },
  });
});
afterEach(() => {
  observation.uninstall();
  tf.disposeVariables();
});

const windows = (): WindowLine[] => {
  observation.flush();
  return lines.filter((line) => line.type === 'window');
};
const graph = (): GraphLine => lines.findLast((line) => line.type === 'graph')!;

describe('where only losses are recorded', () => {
  it('the tasks of the runtime library have their own, with the total beside them', () => {
    const [shared, far] = [tf.variable(tf.scalar(3)), tf.variable(tf.scalar(1))];
    const trainer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: 1e-12,
      weights: { near: 1, far: 10 },
    });
    for (let step = 0; step < 2; step++) {
      trainer.step(null, () => ({ near: shared.square().asScalar(), far: shared.mul(far).sub(5).square().asScalar() }));
    }
    expect(windows()).toMatchObject(
      [1, 2].map((step) => ({ from: step, step, total: 49, loss: [{ raw: 9 }, { raw: 4 }] })),
    );
    expect(graph()).toMatchObject({
      terms: [
        { id: 'near', from: 'declared' },
        { id: 'far', from: 'declared' },
      ],
      objectives: [{ via: 'library', terms: ['near', 'far'] }],
      groups: [],
    });
  });

  it('two losses that take turns are two objectives, and each step is in one window', () => {
    const w = tf.variable(tf.scalar(2));
    const optimizer = tf.train.sgd(0);
    for (let turn = 0; turn < 3; turn++) {
      optimizer.minimize(() => w.square().asScalar());
      tf.dispose(tf.variableGrads(() => w.mul(3).asScalar()));
    }
    const [first, second] = graphAfter().objectives;
    expect(windows().map(({ objective, step, total }) => [objective, step, total])).toEqual(
      [1, 2, 3, 4, 5, 6].map((step) => (step % 2 === 1 ? [first!.id, step, 4] : [second!.id, step, 6])),
    );
    expect(observation).toMatchObject({ steps: 6, observed: 0 });
  });

  it('a gradient inside another and one by no variable are no steps', () => {
    const w = tf.variable(tf.scalar(2));
    const slope = tf.grad((x: tf.Tensor) => x.square());
    slope(tf.scalar(1));
    tf.train.sgd(0).minimize(() => slope(w).square().add(w).asScalar());
    expect(windows().map(({ total }) => total)).toEqual([18]);
  });

  it('the first total that is no number is told, in a window of its own', () => {
    const w = tf.variable(tf.scalar(1));
    const optimizer = tf.train.sgd(0);
    for (const factor of [1, NaN, NaN]) {
      optimizer.minimize(() => w.mul(factor).asScalar());
    }
    expect(windows().map(({ total }) => total)).toEqual([1, 'NaN', 'NaN']);
    expect(lines.filter((line) => line.type === 'event')).toMatchObject([{ kind: 'nonFinite', step: 2 }]);
  });

  it('a stop is obeyed at the next step, and what came before it is on record', () => {
    const w = tf.variable(tf.scalar(1));
    const optimizer = tf.train.sgd(0);
    optimizer.minimize(() => w.asScalar());
    stopRequested = 'cancelled';
    expect(() => optimizer.minimize(() => w.asScalar())).toThrow('cancelled');
    expect(lines.filter((line) => line.type === 'window')).toHaveLength(1);
  });

  it('a model with one output has its total, by epochs', async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer: 'ones' })],
    });
    model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' });
    await model.fit(tf.ones([4, 2]), tf.zeros([4, 1]), { batchSize: 2, epochs: 2 });
    expect(windows().map(({ total, epoch, loss }) => [total, epoch, loss])).toEqual(
      [1, 1, 2, 2].map((epoch) => [4, epoch, [{ raw: 4, weight: 1, weighted: 4 }]]),
    );
    expect(graph().objectives).toMatchObject([{ via: 'fit', terms: ['total loss'] }]);
  });
});

function graphAfter(): GraphLine {
  observation.flush();
  return graph();
}

describe('which tfjs is watched', () => {
  const versions = (changed: Readonly<Record<string, string>>): typeof tf => ({
    ...tf,
    version: { ...tf.version, ...changed },
  });

  it.each(['4.0.0', '4.9.0', '4.22.0', '4.22.1'])('%s', (tfjs) =>
    expect(whyLossesOnly(versions({ tfjs, 'tfjs-core': tfjs, 'tfjs-layers': tfjs }))).toBeNull(),
  );

  it.each(['3.21.0', '4.23.0-rc.0', '5.0.0', '14.2.0', '0.0.0', ''])('not %s', (tfjs) =>
    expect(whyLossesOnly(versions({ tfjs }))).toContain(`with tfjs ${tfjs}.`),
  );

  it('nor one whose layers or core are of another release', () => {
    expect(whyLossesOnly(versions({ 'tfjs-core': '5.1.0' }))).toContain('with tfjs-core 5.1.0.');
    expect(whyLossesOnly(versions({ 'tfjs-layers': '3.20.0' }))).toContain('with tfjs-layers 3.20.0.');
  });

  it('and asking leaves the engine as it was', () => {
    const { state } = tf.engine();
    const before = [state.gradientDepth, state.activeTape, tf.memory().numTensors];
    expect(whyLossesOnly(tf)).toBeNull();
    expect([state.gradientDepth, state.activeTape, tf.memory().numTensors]).toEqual(before);
  });
});
