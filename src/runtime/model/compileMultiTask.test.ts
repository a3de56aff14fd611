import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { installTrainingObserver } from '../../core/announcements.ts';
import { compileMultiTask } from './compileMultiTask.ts';
import { variablesOf } from './forward.ts';
import { sequenceHeads } from './sequenceHeads.fixture.ts';
import { twoHeads, twoLabels, weightsOf } from './twoHeads.fixture.ts';

const adam = (rate: number): tf.Optimizer => tf.train.adam(rate);
const tasks = {
  click: { loss: 'binaryCrossentropy', metrics: ['accuracy', 'precision'] },
  dwell: { loss: 'meanSquaredError', weight: 0.25, metrics: ['mae'] },
} as const;

afterEach(() => {
  tf.disposeVariables();
  vi.restoreAllMocks();
});

describe('fit', () => {
  it('equals a loop by hand with one Adam per group, bit for bit, through dropout and batch normalisation', async () => {
    const data = twoLabels(24);
    const run = async (train: (model: tf.LayersModel) => Promise<void>): Promise<number[][]> => {
      // Dropout draws from Math.random; batch normalisation has averages that no gradient moves.
      let state = 1;
      vi.spyOn(Math, 'random').mockImplementation(() => (state = (state * 16807) % 2147483647) / 2147483647);
      const model = twoHeads({ dropout: true, regularise: true });
      await train(model);
      const weights = weightsOf(model);
      model.dispose();
      vi.restoreAllMocks();
      return weights;
    };
    const rates = { shared: 1e-3, click: 2e-2, dwell: 5e-3 };
    const ours = await run(async (model) => {
      const mtl = compileMultiTask(model, { tasks, optimizer: adam, learningRates: rates });
      await mtl.fit(data.x, { click: data.click, dwell: data.dwell }, { epochs: 3, batchSize: 8, shuffle: false });
      expect(mtl.groups.map(({ id, variables }) => [id, variables.length])).toEqual([
        ['shared(click+dwell)', 4],
        ['tower(click)', 2],
        ['tower(dwell)', 2],
      ]);
      mtl.dispose();
    });
    const byHand = await run((model) => {
      const variables = variablesOf(model.trainableWeights);
      const groups = [variables.slice(0, 4), variables.slice(4, 6), variables.slice(6)];
      const optimizers = Object.values(rates).map(adam);
      for (let step = 0; step < 9; step++) {
        tf.tidy(() => {
          const batch = (tensor: tf.Tensor): tf.Tensor => tf.slice(tensor, [(step % 3) * 8], [8]);
          const { grads } = tf.variableGrads(() => {
            const [click, dwell] = model.apply(batch(data.x), { training: true }) as [tf.Tensor, tf.Tensor];
            const losses = [
              tf.mean(tf.metrics.binaryCrossentropy(batch(data.click), click)),
              tf.mul(tf.mean(tf.metrics.meanSquaredError(batch(data.dwell), dwell)), 0.25),
            ];
            return [...losses, ...model.calculateLosses()].reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
          }, variables);
          groups.forEach((group, i) => {
            optimizers[i]!.applyGradients(group.map(({ name }) => ({ name, tensor: grads[name]! })));
          });
        });
      }
      return Promise.resolve();
    });
    expect(ours).toEqual(byHand);
    tf.dispose(data);
  });

  it('learns both tasks, with a history of plain numbers', async () => {
    const { x, ...y } = twoLabels(128);
    const mtl = compileMultiTask(twoHeads(), { tasks, optimizer: adam, learningRates: 2e-2 });
    const { epoch, history, stopped } = await mtl.fit(x, y, { epochs: 30, validationSplit: 0.25, shuffle: false });
    expect(epoch).toHaveLength(30);
    expect(stopped).toBeNull();
    const keys = ['loss', 'click_loss', 'click_acc', 'click_precision', 'dwell_loss', 'dwell_mae'];
    expect(Object.keys(history).sort()).toEqual([...keys, ...keys.map((key) => `val_${key}`)].sort());
    expect(history.val_click_acc!.at(-1)).toBeGreaterThan(0.85);
    expect(history.val_dwell_loss!.at(-1)).toBeLessThan(history.val_dwell_loss![0]! / 4);
    for (const at of [0, 29]) {
      expect(history.loss![at]).toBeCloseTo(history.click_loss![at]! + 0.25 * history.dwell_loss![at]!, 5);
    }
    tf.dispose([x, y]);
  });

  it('reports regularisers apart, and as part of the total', async () => {
    const { x, ...y } = twoLabels(16);
    const model = twoHeads({ regularise: true });
    const kernel = weightsOf(model)[0]!;
    const expected = 0.25 * kernel.reduce((sum, w) => sum + w * w, 0);
    const mtl = compileMultiTask(model, { tasks, optimizer: adam, learningRates: 1e-2 });
    const { loss, losses, regularisation } = mtl.step(x, y);
    expect(regularisation).toBeCloseTo(expected, 5);
    expect(loss).toBeCloseTo(losses.click + 0.25 * losses.dwell + expected, 5);
    const { history } = await mtl.fit(x, y, { validationData: [x, y] });
    expect(history.val_regularisation).toHaveLength(1);
    expect(history.regularisation![0]).toBeLessThan(expected);
    tf.dispose([x, y]);
  });

  it('trains a model with one output', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3], name: 'dwell' })] });
    const { x, dwell } = twoLabels(32);
    const mtl = compileMultiTask(model, {
      tasks: { dwell: { loss: 'meanSquaredError' } },
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: { dwell: 0.1 },
    });
    const { history } = await mtl.fit(x, { dwell }, { epochs: 30, shuffle: false });
    expect(history.dwell_loss!.at(-1)).toBeLessThan(0.01);
    expect(history.loss).toEqual(history.dwell_loss);
  });

  it('a layer that is frozen and thawed keeps its own moments', async () => {
    const { x, ...y } = twoLabels(16);
    const model = twoHeads();
    const mtl = compileMultiTask(model, { tasks, optimizer: adam, learningRates: 1e-2 });
    const trunk = (): number[] => [...model.getLayer('trunk').getWeights()[0]!.dataSync()];
    await mtl.fit(x, y);
    const frozen = trunk();
    model.getLayer('trunk').trainable = false;
    await mtl.fit(x, y, { epochs: 2 });
    expect(trunk()).toEqual(frozen);
    model.getLayer('trunk').trainable = true;
    await mtl.fit(x, y);
    expect(trunk()).not.toEqual(frozen);
    expect(mtl.groups[0]!.variables).toEqual([
      expect.stringContaining('trunk/kernel'),
      expect.stringContaining('trunk/bias'),
    ]);
  });

  it('heads whose losses differ in rank train, each averaged apart', () => {
    const x = tf.input({ shape: [5, 2] });
    const h = tf.layers.simpleRNN({ units: 3, returnSequences: true }).apply(x) as tf.SymbolicTensor;
    const each = tf.layers.dense({ units: 1, name: 'each' }).apply(h) as tf.SymbolicTensor;
    const last = tf.layers.dense({ units: 1, name: 'last' }).apply(tf.layers.flatten().apply(h)) as tf.SymbolicTensor;
    const mtl = compileMultiTask(tf.model({ inputs: x, outputs: [each, last] }), {
      tasks: { each: { loss: 'meanSquaredError' }, last: { loss: 'meanAbsoluteError' } },
      optimizer: adam,
      learningRates: 1e-2,
    });
    const { losses } = mtl.step(tf.zeros([4, 5, 2]), { each: tf.fill([4, 5, 1], 3), last: tf.fill([4], 2) });
    // All-zero inputs and biases predict 0.
    expect(losses).toEqual({ each: 9, last: 2 });
  });

  it('a head per example and a head per step: the update is that of the two formulas, summed', () => {
    const [ours, byHand] = [sequenceHeads(), sequenceHeads()];
    const mtl = compileMultiTask(ours.model, {
      tasks: { each: { loss: 'meanSquaredError', weight: 3 }, last: { loss: 'meanAbsoluteError' } },
      optimizer: adam,
      learningRates: 1e-2,
    });
    const variables = variablesOf(byHand.model.trainableWeights);
    const optimizer = adam(1e-2);
    for (let step = 0; step < 10; step++) {
      mtl.step(ours.x, ours.labels);
      optimizer.minimize(
        () => {
          const [each, last] = byHand.model.apply(byHand.x, { training: true }) as [tf.Tensor, tf.Tensor];
          const steps = tf.div(tf.sum(tf.square(tf.sub(byHand.labels.each, each))), 20);
          const examples = tf.div(tf.sum(tf.abs(tf.sub(byHand.labels.last, last))), 4);
          return tf.add(tf.mul(steps, 3), examples);
        },
        false,
        variables,
      );
    }
    const expected = weightsOf(byHand.model);
    weightsOf(ours.model).forEach((row, i) =>
      row.forEach((weight, k) => expect(Math.abs(weight - expected[i]![k]!)).toBeLessThanOrEqual(1e-6)),
    );
  });

  it('leaks nothing over 50 steps, with metrics, validation and restored weights', async () => {
    const { x, ...y } = twoLabels(20);
    const mtl = compileMultiTask(twoHeads({ regularise: true }), { tasks, optimizer: adam, learningRates: 1e-2 });
    mtl.step(x, y);
    const before = tf.memory();
    await mtl.fit(x, y, {
      epochs: 10,
      batchSize: 4,
      validationSplit: 0.2,
      earlyStopping: { monitor: 'dwell', patience: 100, restoreBest: true },
    });
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    await mtl.evaluate(x, { click: tf.squeeze(y.click), dwell: y.dwell });
    expect(tf.memory().numTensors).toBe(before.numTensors + 1); // the squeezed labels
  });

  it('tells the debugger its plan, epochs, losses and validation; one gradient a step', async () => {
    const { x, ...y } = twoLabels(20);
    const mtl = compileMultiTask(twoHeads(), { tasks, optimizer: adam, learningRates: 1e-2 });
    const told: unknown[] = [];
    const gradients = vi.spyOn(tf.engine(), 'gradients');
    const uninstall = installTrainingObserver({
      stopped: () => undefined,
      tasks: (announced) => told.push(announced.map(({ name, loss }) => [name, loss.shape])),
      plan: (plan) => told.push(plan),
      epoch: (epoch) => told.push(epoch),
      validation: (epoch, figures) => told.push([epoch, Object.keys(figures), Object.keys(figures.click!)]),
    });
    await mtl.fit(x, y, { batchSize: 10, epochs: 2, validationData: [x, y] });
    uninstall();
    const losses = [
      ['click', []],
      ['dwell', []],
    ];
    const validation = [
      ['click', 'dwell'],
      ['acc', 'precision', 'loss'],
    ];
    expect(told).toEqual([
      { call: 'mtl.fit', model: mtl.model.name, epochs: 2, stepsPerEpoch: 2 },
      ...[1, 2].flatMap((epoch) => [epoch, losses, losses, [epoch, ...validation]]),
    ]);
    expect(gradients).toHaveBeenCalledTimes(4);
  });
});

describe('step', () => {
  it('makes the same update as fit, now or asynchronously', async () => {
    const { x, ...y } = twoLabels(8);
    const run = async (train: (mtl: ReturnType<typeof make>) => unknown): Promise<number[][]> => {
      const mtl = make();
      for (let step = 0; step < 3; step++) {
        await train(mtl);
      }
      return weightsOf(mtl.model);
    };
    const make = () => compileMultiTask(twoHeads(), { tasks, optimizer: adam, learningRates: 1e-2 });
    const fitted = await run((mtl) => mtl.fit(x, y, { shuffle: false }));
    expect(await run((mtl) => mtl.step(x, y))).toEqual(fitted);
    expect(await run((mtl) => mtl.stepAsync(x, y))).toEqual(fitted);
  });
});
