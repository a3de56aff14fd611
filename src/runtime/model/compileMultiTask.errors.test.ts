import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MtlConfigurationError } from '../configuration.ts';
import { compileMultiTask } from './compileMultiTask.ts';
import { twoHeads, twoLabels } from './twoHeads.fixture.ts';

const sgd = (rate: number): tf.Optimizer => tf.train.sgd(rate);
const tasks = { click: { loss: 'binaryCrossentropy' }, dwell: { loss: 'meanSquaredError' } } as const;

describe('wrong configuration names the key and what would be valid, and nothing leaks', () => {
  let model: tf.LayersModel;
  let data: ReturnType<typeof twoLabels>;
  let tensors: number;

  beforeAll(() => {
    model = twoHeads();
    data = twoLabels(10);
    tensors = tf.memory().numTensors;
  });
  afterAll(() => {
    tf.dispose(data);
    model.dispose();
  });

  const compile = (change: object) => {
    const settings = { tasks, optimizer: sgd, learningRates: 1e-3, ...change };
    return compileMultiTask<'click' | 'dwell'>(model, settings);
  };

  it.each<[string, object, RegExp]>([
    ['an unknown setting', { lossWeights: {} }, /unknown setting 'lossWeights'. Valid: 'tasks', 'optimizer'/],
    [
      'an unknown task',
      { tasks: { ...tasks, clik: tasks.click } },
      /tasks: unknown task 'clik'. Valid: 'click' or 'dwell'/,
    ],
    [
      'a missing task',
      { tasks: { click: tasks.click } },
      /tasks: the task 'dwell' is missing. Needed: 'click', 'dwell'/,
    ],
    [
      'an unknown task setting',
      { tasks: { ...tasks, dwell: { loss: 'hinge', wight: 2 } } },
      /tasks.dwell: unknown setting 'wight'/,
    ],
    ['no loss', { tasks: { ...tasks, dwell: {} } }, /tasks.dwell: the setting 'loss' is missing/],
    [
      'an unknown loss',
      { tasks: { ...tasks, dwell: { loss: 'mse' } } },
      /tasks.dwell.loss is 'mse'. Valid: a function, 'meanSquaredError'/,
    ],
    [
      'an unknown metric',
      { tasks: { ...tasks, dwell: { loss: 'hinge', metrics: ['mae', 'r2'] } } },
      /tasks.dwell.metrics\[1\] is 'r2'. Valid: a function, 'accuracy'/,
    ],
    ['a negative weight', { tasks: { ...tasks, dwell: { loss: 'hinge', weight: -1 } } }, /tasks.dwell.weight is -1/],
    [
      'a weight that is NaN',
      { tasks: { ...tasks, dwell: { loss: 'hinge', weight: NaN } } },
      /tasks.dwell.weight is NaN/,
    ],
    ['a rate of 0', { learningRates: { shared: 1, click: 0 } }, /learningRates.click is 0/],
    [
      'a rate for an unknown group',
      { learningRates: { shared: 1, tower: 1 } },
      /unknown key 'tower'. Valid: 'shared', 'click' or 'dwell'/,
    ],
    [
      'a group that matches nothing',
      { groups: { g: ['trnk'] } },
      /groups.g\[0\] \('trnk'\) matches no trainable variable/,
    ],
    ['overlapping groups', { groups: { g: ['trunk'], h: ['*/bias*'] } }, /groups.h and groups.g overlap/],
  ])('%s', (_, change, message) => {
    expect(() => compile(change)).toThrow(message);
    expect(() => compile(change)).toThrow(MtlConfigurationError);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it.each<[string, object, object, RegExp]>([
    ['a missing task', { dwell: undefined }, {}, /fit\(\) y: the task 'dwell' is missing/],
    ['an unknown task', { extra: null }, {}, /fit\(\) y: unknown task 'extra'. Valid: 'click' or 'dwell'/],
    ['an unknown option', {}, { batchsize: 3 }, /fit\(\): unknown option 'batchsize'. Valid: 'epochs'/],
    ['epochs 0', {}, { epochs: 0 }, /fit\(\) epochs is 0/],
    ['half a batch', {}, { batchSize: 0.5 }, /fit\(\) batchSize is 0.5/],
    ['a split of 1', {}, { validationSplit: 1 }, /validationSplit is 1. It must lie between 0 and 1/],
    [
      'an unknown monitor',
      {},
      { earlyStopping: { monitor: 'klick' } },
      /earlyStopping.monitor: unknown 'klick'. Valid: 'click', 'dwell', 'loss'/,
    ],
    [
      'a monitor without validation data',
      {},
      { earlyStopping: { monitor: 'val_click_loss' } },
      /there is no validation data/,
    ],
    ['negative patience', {}, { earlyStopping: { monitor: 'click', patience: -1 } }, /earlyStopping.patience is -1/],
    [
      'both kinds of validation',
      {},
      { validationSplit: 0.5, validationData: [] },
      /validationData and validationSplit/,
    ],
  ])('fit: %s', async (_, labels, options, message) => {
    const mtl = compile({});
    const y = { click: data.click, dwell: data.dwell, ...labels };
    await expect(mtl.fit(data.x, y, options)).rejects.toThrow(message);
    await expect(mtl.fit(data.x, y, options)).rejects.toThrow(MtlConfigurationError);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('fit: shapes that would broadcast or fall short', async () => {
    const mtl = compile({});
    const { click, dwell, x } = data;
    const wide = tf.zeros([10, 2]);
    const few = tf.zeros([9, 1]);
    await expect(mtl.fit(x, { click, dwell: wide })).rejects.toThrow(
      /fit\(\) y.dwell has shape \[10,2\], but its loss needs \[examples, 1\]/,
    );
    await expect(mtl.fit(x, { click, dwell: few })).rejects.toThrow(/'dwell' has 9 examples, but 'x' has 10/);
    await expect(mtl.fit(x, [click, dwell] as never)).rejects.toThrow(
      /must hold the labels by task, as in { click: tensor/,
    );
    await expect(mtl.fit([x, x], { click, dwell })).rejects.toThrow(
      /fit\(\) x has 2 tensors, but the model has 1 inputs: x/,
    );
    tf.dispose([wide, few]);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('a metric that may be better high or low needs a mode', async () => {
    const metrics = ['mae', 'precision'] as const;
    const mtl = compile({ tasks: { ...tasks, dwell: { loss: 'meanSquaredError', metrics } } });
    const y = { click: data.click, dwell: data.dwell };
    const watch = (mode?: 'max') =>
      mtl.fit(data.x, y, { earlyStopping: { monitor: 'dwell_precision', ...(mode ? { mode } : {}) } });
    await expect(watch()).rejects.toThrow(/'dwell_precision' is a metric that may be better high or low. Add mode/);
    await expect(watch('max')).resolves.toMatchObject({ epoch: [0] });
    mtl.dispose();
  });

  it('two calls at once', async () => {
    const mtl = compile({});
    const y = { click: data.click, dwell: data.dwell };
    const first = mtl.fit(data.x, y);
    await expect(mtl.fit(data.x, y)).rejects.toThrow(/being trained by another fit\(\)/);
    await first;
    mtl.dispose();
  });

  it('a dataset that yields something else', async () => {
    const mtl = compile({});
    const strange = tf.data.array([{ a: 1 }]).batch(1);
    await expect(mtl.fitDataset(strange, {})).rejects.toThrow(/the dataset must yield { xs, ys }/);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('two outputs of one name', () => {
    const layer = tf.layers.dense({ units: 1, name: 'same' });
    const [a, b] = [tf.input({ shape: [2] }), tf.input({ shape: [2] })];
    const twice = tf.model({ inputs: [a, b], outputs: [layer.apply(a), layer.apply(b)] as tf.SymbolicTensor[] });
    const settings = { tasks: {}, optimizer: sgd, learningRates: 1 };
    expect(() => compileMultiTask(twice, settings)).toThrow(/two outputs called 'same'/);
    twice.dispose();
  });
});
