import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { compileMultiTask } from './compileMultiTask.ts';
import type { MissingLabels } from './missingLabels.ts';
import { sequenceHeads } from './sequenceHeads.fixture.ts';
import { twoHeads, twoLabels, weightsOf } from './twoHeads.fixture.ts';

const adam = (rate: number): tf.Optimizer => tf.train.adam(rate);
const sgd = (rate: number): tf.Optimizer => tf.train.sgd(rate);
afterEach(() => {
  tf.disposeVariables();
});

const compile = (model: tf.LayersModel, missing: MissingLabels | undefined, optimizer = sgd) =>
  compileMultiTask(model, {
    tasks: {
      click: { loss: 'binaryCrossentropy' },
      dwell: {
        loss: 'meanSquaredError',
        weight: 0.5,
        metrics: ['mae', 'precision'],
        ...(missing === undefined ? {} : { missing }),
      },
    },
    optimizer,
    learningRates: 0.1,
  });

/** The labels with `value` where the mask is 0. */
const without = (labels: tf.Tensor, mask: readonly number[], value: number): tf.Tensor =>
  tf.where(tf.tensor2d([...mask], [mask.length, 1], 'bool'), labels, tf.fill(labels.shape, value));

const mask = [1, 0, 0, 1, 1, 0, 1, 0];
const kept = [0, 3, 4, 6];

describe('labels that are missing', () => {
  it.each<[string, MissingLabels, number]>([
    ['NaN', NaN, NaN],
    ['a number', -1, -1],
    ['a function', (labels) => tf.greater(labels, 1e5), 1e6],
  ])('marked by %s: the update is that of each task on its labelled examples alone', (_, missing, value) => {
    const { x, click, dwell } = twoLabels(8);
    const [ours, byHand] = [twoHeads(), twoHeads()];
    const { losses } = compile(ours, missing).step(x, { click, dwell: without(dwell, mask, value) });

    const variables = byHand.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const rows = tf.tensor1d(kept, 'int32');
    const { value: total, grads } = tf.variableGrads(() => {
      const [p] = byHand.apply(x, { training: true }) as [tf.Tensor];
      const [, q] = byHand.apply(tf.gather(x, rows), { training: true }) as [tf.Tensor, tf.Tensor];
      const near = tf.mean(tf.metrics.binaryCrossentropy(click, p));
      const far = tf.mean(tf.squaredDifference(tf.gather(dwell, rows), q));
      return tf.add(near, tf.mul(far, 0.5));
    }, variables);
    expect(losses.click + 0.5 * losses.dwell).toBeCloseTo(total.dataSync()[0]!, 5);
    tf.train.sgd(0.1).applyGradients(grads);
    weightsOf(ours).forEach((row, i) =>
      row.forEach((weight, k) => expect(weight).toBeCloseTo(weightsOf(byHand)[i]![k]!, 6)),
    );
  });

  it('a batch without any label of a task: its loss is 0, its tower stays, the other task trains, nothing is NaN', () => {
    const { x, click, dwell } = twoLabels(8);
    const model = twoHeads();
    const before = weightsOf(model);
    const { losses, loss } = compile(model, NaN, adam).step(x, { click, dwell: tf.fill(dwell.shape, NaN) });
    const after = weightsOf(model);
    expect(losses.dwell).toBe(0);
    expect(loss).toBe(losses.click);
    expect(after.slice(4)).toEqual(before.slice(4));
    expect(after[0]).not.toEqual(before[0]);
    expect(after.flat().every(Number.isFinite)).toBe(true);
  });

  it('all labels present: no bit differs from the task without the setting', () => {
    const { x, ...y } = twoLabels(8);
    const [plain, masked] = [twoHeads(), twoHeads()];
    // A batch of a power of two: sum over count and mean round alike.
    compile(plain, undefined).step(x, y);
    compile(masked, NaN).step(x, y);
    expect(weightsOf(masked)).toEqual(weightsOf(plain));
  });

  it('figures of an epoch and of an evaluation are those of the labelled examples', async () => {
    const { x, click, dwell } = twoLabels(40);
    const sparse = Array.from({ length: 40 }, (_, i) => (i % 10 === 3 || (i > 20 && i % 2 === 0) ? 1 : 0));
    const rows = tf.tensor1d(
      sparse.flatMap((known, i) => (known === 1 ? [i] : [])),
      'int32',
    );
    const model = twoHeads();
    const expected = await compile(model, undefined).evaluate(tf.gather(x, rows), {
      click: tf.gather(click, rows),
      dwell: tf.gather(dwell, rows),
    });
    const labels = { click, dwell: without(dwell, sparse, NaN) };
    // Batches of 7: some hold no label at all.
    const figures = await compile(model, NaN).evaluate(x, labels, { batchSize: 7 });
    for (const figure of ['loss', 'mae', 'precision']) {
      expect(figures.tasks.dwell[figure], figure).toBeCloseTo(expected.tasks.dwell[figure]!, 4);
    }
    const { history } = await compileMultiTask(model, {
      tasks: {
        click: { loss: 'binaryCrossentropy' },
        dwell: { loss: 'meanSquaredError', metrics: ['mae'], missing: NaN },
      },
      optimizer: sgd,
      learningRates: 1e-9, // The model stays as it is.
    }).fit(x, labels, { batchSize: 7, validationData: [x, labels] });
    for (const key of ['dwell_loss', 'val_dwell_loss']) {
      expect(history[key]![0], key).toBeCloseTo(expected.tasks.dwell.loss, 4);
    }
    expect(history.dwell_mae![0]).toBeCloseTo(expected.tasks.dwell.mae!, 4);
  });

  it('without any label in an epoch a task has no figure of its own, and the total goes on', async () => {
    const { x, click, dwell } = twoLabels(12);
    const mtl = compile(twoHeads(), NaN);
    const none = { click, dwell: tf.fill(dwell.shape, NaN) };
    mtl.step(x, none); // Makes the optimizers.
    const tensors = tf.memory().numTensors;
    const { loss, tasks } = await mtl.evaluate(x, none);
    expect(tasks.dwell).toEqual({ loss: NaN, mae: NaN, precision: NaN });
    expect(loss).toBeCloseTo(tasks.click.loss, 6);
    const { history } = await mtl.fit(x, none, { batchSize: 4 });
    expect(history.dwell_loss).toEqual([NaN]);
    expect(history.loss![0]).toBeCloseTo(history.click_loss![0]!, 6);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('steps of a sequence: each is left out by itself, for one loss per step', () => {
    const { model, x, labels } = sequenceHeads();
    const [batch, steps] = [4, 5];
    const known = Array.from({ length: batch * steps }, (_, k) => (k % 3 === 0 ? 0 : 1));
    const sparse = tf.where(tf.tensor3d(known, [batch, steps, 1], 'bool'), labels.each, tf.fill([batch, steps, 1], -9));
    const { losses } = compileMultiTask(model, {
      tasks: { each: { loss: 'meanAbsoluteError', missing: -9 }, last: { loss: 'meanSquaredError' } },
      optimizer: sgd,
      learningRates: 1e-9,
    }).step(x, { each: sparse, last: labels.last });
    const [each] = model.predict(x) as [tf.Tensor];
    const errors = [...tf.abs(tf.sub(labels.each, each)).dataSync()].filter((_, k) => known[k] === 1);
    expect(losses.each).toBeCloseTo(errors.reduce((a, b) => a + b) / errors.length, 5);
  });

  it('what cannot be meant is named', () => {
    const { x, ...y } = twoLabels(4);
    const settings = { optimizer: sgd, learningRates: 1 };
    const click = { loss: 'binaryCrossentropy' } as const;
    const make = (dwell: object) =>
      compileMultiTask(twoHeads(), { ...settings, tasks: { click, dwell: { loss: 'meanSquaredError', ...dwell } } });
    expect(() => make({ missing: 'none' })).toThrow(
      /tasks.dwell.missing is string. Valid: the number that stands for "no label"/,
    );
    expect(() => make({ missing: () => tf.ones([1, 4]) }).step(x, y)).toThrow(
      /tasks.dwell.missing returned shape \[1,4\] for labels of shape \[4,1\]/,
    );
    const whole = (labels: tf.Tensor, predictions: tf.Tensor): tf.Tensor =>
      tf.losses.meanSquaredError(labels, predictions);
    expect(() => make({ missing: NaN, loss: whole }).step(x, y)).toThrow(
      /tasks.dwell has missing labels, but its loss gives one number for the whole batch/,
    );
  });
});
