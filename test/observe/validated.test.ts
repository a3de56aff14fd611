import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { ValidationLine } from '../../src/core/run/record.ts';
import { factsOf, placesIn } from './factsOf.ts';
import { watchEachTest } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

const place = placesIn(import.meta.url);
const watched = watchEachTest();

const [x, click] = [normal([22, 4], 1), normal([22, 1], 2)];
/** A scale that the sum of both losses loses the other in. */
const dwell = normal([22, 1], 3).mul(1e4);
const [valX, valY] = [normal([10, 4], 4), [normal([10, 1], 5), normal([10, 1], 6).mul(1e4)]];
const quiet = { verbose: 0 as never };

const lines = (): ValidationLine[] => watched.lines.filter((line) => line.type === 'validation');
const compiled = (metrics?: string[]): tf.LayersModel => {
  const model = twoHeads();
  const optimizer = tf.train.sgd(1e-9);
  model.compile({ optimizer, loss: 'meanSquaredError', ...(metrics && { metrics }) });
  return model;
};
/** What a model of each output alone says of these data, in float32 over all rows at once. */
function alone(model: tf.LayersModel, of: tf.Tensor, targets: readonly tf.Tensor[]) {
  const predictions = model.predict(of) as tf.Tensor[];
  return predictions.map((prediction, i) => {
    const errors = Array.from(prediction.sub(targets[i]!).dataSync());
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    return { loss: mean(errors.map((error) => error ** 2)), mae: mean(errors.map(Math.abs)) };
  });
}
const expectTrue = (line: ValidationLine | undefined, [a, b]: ReturnType<typeof alone>): void => {
  const near = (value: unknown, expected: number) => expect(Number(value) / expected).toBeCloseTo(1, 5);
  near(line?.tasks['click']?.['loss'], a!.loss);
  near(line?.tasks['dwell']?.['loss'], b!.loss);
};

describe('the validation of fit', () => {
  it('is told for each output by itself, whatever tfjs calls it', async () => {
    const model = compiled(['mae']);
    const truth: ReturnType<typeof alone>[] = [];
    const history = await model.fit(x, [click, dwell], {
      epochs: 3,
      batchSize: 4,
      validationData: [valX, valY],
      ...quiet,
      callbacks: { onEpochEnd: () => void truth.push(alone(model, valX, valY)) },
    });
    expect(lines().map(({ step, epoch }) => [step, epoch])).toEqual([
      [6, 1],
      [12, 2],
      [18, 3],
    ]);
    lines().forEach((line, epoch) => {
      expectTrue(line, truth[epoch]!);
      expect(Object.keys(line.tasks['click']!)).toEqual(['loss', 'mae']);
      expect(Number(line.tasks['dwell']!['mae']) / truth[epoch]![1]!.mae).toBeCloseTo(1, 5);
    });
    // The trap is there: tfjs's own figures are others.
    const { val_loss: total, val_dwell_loss: last } = history.history;
    expect(last![2]).toBe(total![2]);
    expect(Number(last![2]) / truth[2]![0]!.loss).toBeCloseTo(1, 5);
  });

  it('tells the figures of its labels, once', async () => {
    const model = compiled();
    await model.fit(x, [click, dwell], { epochs: 3, batchSize: 4, validationData: [valX, valY], ...quiet });
    const facts = factsOf(watched.lines, 'validationLabels');
    expect(facts.map(({ step, task, details }) => [step, task, details.output, details.rows])).toEqual([
      [6, null, 'click', 10],
      [6, null, 'dwell', 10],
    ]);
    facts.forEach(({ details }, output) => {
      const { mean, variance } = tf.moments(valY[output]!);
      expect(Number(details.mean) / mean.dataSync()[0]!).toBeCloseTo(1, 4);
      expect(Number(details.variance) / variance.dataSync()[0]!).toBeCloseTo(1, 4);
    });
  });

  it('of the last rows of the training data, and of a model with one output', async () => {
    const model = compiled();
    await model.fit(x, [click, dwell], { epochs: 1, batchSize: 8, validationSplit: 0.3, ...quiet });
    const rest = [click, dwell].map((each) => each.slice([15, 0]));
    expectTrue(lines()[0], alone(model, x.slice([15, 0]), rest));

    const one = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4], name: 'only' })] });
    one.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: ['mae'] });
    const { history } = await one.fit(x, click, { epochs: 1, validationData: [valX, valY[0]!], ...quiet });
    const only = lines()[1]!.tasks['only']!;
    expect(only['loss']).toBeCloseTo(history['val_loss']![0] as number, 5);
    expect(only['mae']).toBeCloseTo(history['val_mae']![0] as number, 5);
  });

  it('is told of fitDataset, from tensors and from a data set', async () => {
    const ys = { click, dwell };
    const batches = (of: tf.Tensor, targets: tf.TensorContainerObject) =>
      tf.data
        .zip({ xs: tf.data.array(tf.unstack(of)), ys: tf.data.zip(rows(targets)) } as never)
        .batch(4) as tf.data.Dataset<never>;
    const rows = (targets: tf.TensorContainerObject) =>
      Object.fromEntries(
        Object.entries(targets).map(([name, target]) => [name, tf.data.array(tf.unstack(target as tf.Tensor))]),
      );
    const model = compiled();
    const data = batches(x, ys);
    await model.fitDataset(data, {
      epochs: 2,
      validationData: [valX, valY] as never,
      validationBatchSize: 3,
      ...quiet,
    });
    expect(lines().map(({ step, epoch }) => [step, epoch])).toEqual([
      [6, 1],
      [12, 2],
    ]);
    expectTrue(lines()[1], alone(model, valX, valY));
    const held = batches(valX, { click: valY[0]!, dwell: valY[1]! });
    await model.fitDataset(data, { epochs: 1, validationData: held, ...quiet });
    expect(lines()).toHaveLength(3);
    expectTrue(lines()[2], alone(model, valX, valY));
  });

  it('is nothing that a script evaluates itself', async () => {
    const model = compiled();
    model.evaluate(valX, valY);
    const callbacks = { onEpochEnd: () => tf.dispose(model.evaluate(valX, valY)) };
    await model.fit(x, [click, dwell], { epochs: 2, ...quiet, callbacks });
    expect(lines()).toEqual([]);
    await model.fit(x, [click, dwell], { epochs: 2, validationSplit: 0.2, ...quiet, callbacks });
    expect(lines()).toHaveLength(2);
    await model.fitDataset(tf.data.array([{ xs: x, ys: { click, dwell } }]) as never, {
      epochs: 2,
      validationData: [x, [click, dwell]] as never,
      ...quiet,
      callbacks,
    });
    expect(lines()).toHaveLength(4);
  });

  it('leaves no tensor behind, and tfjs as it was when observation ends', async () => {
    const { prototype } = tf.LayersModel;
    const names = ['fit', 'fitDataset', 'evaluate', 'evaluateDataset', 'makeTestFunction', 'testLoop'] as const;
    const methods = () => names.map((name) => (prototype as unknown as Record<string, unknown>)[name]);
    const wrapped = methods();
    const model = compiled();
    const train = () => model.fit(x, [click, dwell], { epochs: 1, validationSplit: 0.2, ...quiet });
    await train();
    const { numTensors } = tf.memory();
    await train();
    expect(tf.memory().numTensors).toBe(numTensors);
    watched.observation.uninstall();
    expect(methods().every((method, i) => method !== wrapped[i])).toBe(true);
    expect(Object.getOwnPropertyNames(tf.EarlyStopping.prototype)).not.toContain('monitor');
  });
});

describe('a figure of the validation that has the name of another', () => {
  const fit = (model: tf.LayersModel, callbacks?: unknown) =>
    model./*@fit*/ fit(x, [click, dwell], {
      epochs: 1,
      validationData: [valX, valY],
      ...quiet,
      ...(callbacks !== undefined && { callbacks: callbacks as tf.CustomCallbackArgs }),
    });

  it('is told where the callback that watches it was made, with what it is', async () => {
    const watching = [
      tf.callbacks./*@made*/ earlyStopping({ monitor: 'val_dwell_loss' }),
      /*@class*/ new tf.EarlyStopping(),
    ];
    const { history } = await fit(compiled(['mae']), watching);
    const facts = factsOf(watched.lines, 'monitor');
    expect(facts.map(({ position }) => [position?.line, position?.column])).toEqual(
      ['made', 'class'].map((mark) => [place(mark).line, place(mark).column]),
    );
    expect(facts.map(({ details }) => details)).toMatchObject([
      { callback: 'EarlyStopping', monitor: 'val_dwell_loss', means: 'click_loss', tasks: ['click', 'dwell'] },
      { callback: 'EarlyStopping', monitor: 'val_loss', means: 'click_loss' },
    ]);
    // What is told is true, of every figure.
    const [line] = lines();
    const of = (task: string, name: string): number => Number(line!.tasks[task]![name]);
    const known: Record<string, number> = {
      click_loss: of('click', 'loss'),
      dwell_loss: of('dwell', 'loss'),
      click_mae: of('click', 'mae'),
      dwell_mae: of('dwell', 'mae'),
    };
    const told = ['val_loss = click_loss', ...facts[1]!.details.others];
    expect(told).toHaveLength(5);
    for (const [name, means] of told.map((each) => each.split(' = '))) {
      const sum = means!.split(' + ').reduce((all, each) => all + known[each]!, 0);
      expect(Number(history[name!]![0]) / sum).toBeCloseTo(1, 5);
    }
  });

  it('is told at the call where nothing watches one, and of a callback of one’s own by its class', async () => {
    await fit(compiled());
    class Best extends tf.CustomCallback {
      monitor = 'val_click_loss';
    }
    await fit(compiled(), [new Best({})]);
    expect(factsOf(watched.lines, 'monitor')).toMatchObject([
      { position: { line: place('fit').line }, details: { callback: null, monitor: 'val_loss' } },
      { position: { line: place('fit').line }, details: { callback: 'Best', means: 'click_loss + dwell_loss' } },
    ]);
  });

  it('is none without validation, with one output, or where what is watched is of the training data', async () => {
    const model = compiled();
    const callbacks = tf.callbacks.earlyStopping({ monitor: 'val_loss' });
    await model.fit(x, [click, dwell], {
      epochs: 1,
      ...quiet,
      callbacks: tf.callbacks.earlyStopping({ monitor: 'loss' }),
    });
    const one = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
    one.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await one.fit(x, click, { epochs: 1, validationSplit: 0.2, callbacks, ...quiet });
    expect(factsOf(watched.lines, 'monitor')).toEqual([]);
    await expect(fit(twoHeads())).rejects.toThrow(/compile/);
  });
});
