import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { uncertainty } from '../weighting/uncertainty.ts';
import { compileMultiTask } from './compileMultiTask.ts';
import { twoHeads, twoLabels, weightsOf } from './twoHeads.fixture.ts';

const adam = (rate: number): tf.Optimizer => tf.train.adam(rate);
const tasks = {
  click: { loss: 'binaryCrossentropy', metrics: ['accuracy', 'precision'] },
  dwell: { loss: 'meanSquaredError', weight: 0.5, metrics: [r2] },
} as const;

/** One number for a whole batch: no average of batches. */
function r2(labels: tf.Tensor, predictions: tf.Tensor): tf.Tensor {
  return tf.metrics.r2Score(labels, predictions);
}

afterEach(() => {
  tf.disposeVariables();
  vi.restoreAllMocks();
});

describe('validation', () => {
  it('is true for every task: what a model of that task alone evaluates to', async () => {
    const { x, ...y } = twoLabels(70);
    const model = twoHeads({ dropout: true });
    const mtl = compileMultiTask(model, { tasks, optimizer: adam, learningRates: 1e-2 });
    const validationData = twoLabels(50);
    const { click, dwell } = validationData;
    const { history } = await mtl.fit(x, y, {
      epochs: 2,
      // 50 is no multiple of 16: a plain average of batches would be wrong.
      batchSize: 16,
      validationData: [validationData.x, { click, dwell }],
    });
    const alone = (output: number, loss: string, labels: tf.Tensor): number => {
      const single = tf.model({ inputs: model.inputs, outputs: model.outputs[output]! });
      single.compile({ loss, optimizer: 'sgd' });
      return (single.evaluate(validationData.x, labels, { batchSize: 50 }) as tf.Scalar).dataSync()[0]!;
    };
    const [clickAlone, dwellAlone] = [alone(0, 'binaryCrossentropy', click), alone(1, 'meanSquaredError', dwell)];
    expect(history.val_click_loss!.at(-1)).toBeCloseTo(clickAlone, 5);
    expect(history.val_dwell_loss!.at(-1)).toBeCloseTo(dwellAlone, 4);
    expect(history.val_loss!.at(-1)).toBeCloseTo(clickAlone + 0.5 * dwellAlone, 4);
    // tfjs's own fit tells the running sum instead, from the second output on.
    expect(Math.abs(history.val_dwell_loss!.at(-1)! - (clickAlone + dwellAlone))).toBeGreaterThan(0.01);
  });

  it('metrics over a whole batch are computed on all examples at once', async () => {
    const { x, ...y } = twoLabels(50);
    const model = twoHeads();
    const mtl = compileMultiTask(model, { tasks, optimizer: adam, learningRates: 1e-2 });
    await mtl.fit(x, y, { epochs: 5 });
    const [click, dwell] = model.predict(x) as [tf.Tensor, tf.Tensor];
    const figures = await mtl.evaluate(x, y, { batchSize: 7 });
    expect(figures.tasks.dwell.r2).toBeCloseTo(r2(y.dwell, dwell).dataSync()[0]!, 5);
    expect(figures.tasks.click.precision).toBeCloseTo(tf.metrics.precision(y.click, click).dataSync()[0]!, 5);
    expect(figures.tasks.click.acc).toBeCloseTo(tf.mean(tf.metrics.binaryAccuracy(y.click, click)).dataSync()[0]!, 5);
  });

  it('its total follows the weighting', async () => {
    const { x, ...y } = twoLabels(20);
    const weighting = uncertainty({ initial: 0.5 });
    const mtl = compileMultiTask(twoHeads(), { tasks, optimizer: adam, learningRates: 1e-2, weighting });
    const { loss, tasks: figures } = await mtl.evaluate(x, y);
    const { click, dwell } = figures;
    expect(loss).toBeCloseTo(Math.exp(-0.5) * (click.loss + 0.5 * dwell.loss) + 1, 4);
  });
});

describe('early stopping', () => {
  const fit = async (
    monitor: 'dwell' | 'val_dwell_loss' | 'click' | 'loss',
    onEpochEnd?: (model: tf.LayersModel) => void,
  ) => {
    const { x, ...y } = twoLabels(20);
    const mtl = compileMultiTask(twoHeads(), {
      tasks,
      optimizer: adam,
      learningRates: { shared: 1e-2, click: 0.5, dwell: 3 },
    });
    const noise = {
      click: tf.randomUniform([20, 1], 0, 1, 'float32', 4),
      dwell: tf.randomNormal([20, 1], 0, 9, 'float32', 3),
    };
    const history = await mtl.fit(x, y, {
      epochs: 60,
      shuffle: false,
      validationData: [x, noise],
      earlyStopping: { monitor, patience: 2, restoreBest: true },
      callbacks: { onEpochEnd: () => onEpochEnd?.(mtl.model) },
    });
    return { mtl, ...history };
  };

  it.each([
    ['dwell', 'val_dwell_loss'],
    ['val_dwell_loss', 'val_dwell_loss'],
    ['click', 'val_click_loss'],
  ] as const)('watches %s and restores the best epoch’s weights', async (monitor, key) => {
    const weights: number[][][] = [];
    const { mtl, epoch, history, stopped } = await fit(monitor, (model) => weights.push(weightsOf(model)));
    const values = history[key]!;
    const best = values.indexOf(Math.min(...values));
    expect(stopped).toEqual({ monitor: key, best: values[best], bestEpoch: best });
    expect(epoch.length).toBe(best + 3);
    expect(weightsOf(mtl.model)).toEqual(weights[best]);
  });

  it('minDelta: less does not count', async () => {
    const { x, ...y } = twoLabels(20);
    const mtl = compileMultiTask(twoHeads(), { tasks, optimizer: adam, learningRates: 1e-4 });
    const { epoch, stopped } = await mtl.fit(x, y, {
      epochs: 20,
      shuffle: false,
      earlyStopping: { monitor: 'loss', minDelta: 1 },
    });
    expect(epoch).toEqual([0, 1]);
    expect(stopped).toMatchObject({ monitor: 'loss', bestEpoch: 0 });
  });

  it('tfjs’s own callbacks work, on any task', async () => {
    const { x, ...y } = twoLabels(20);
    const mtl = compileMultiTask(twoHeads(), { tasks, optimizer: adam, learningRates: 1e-4 });
    const seen: string[] = [];
    const { epoch } = await mtl.fit(x, y, {
      epochs: 20,
      shuffle: false,
      validationSplit: 0.5,
      callbacks: [
        tf.callbacks.earlyStopping({ monitor: 'val_dwell_loss', minDelta: 100 }),
        {
          onBatchEnd: (_, logs) => seen.push(...Object.keys(logs ?? {})),
        },
      ],
    });
    expect(epoch.length).toBeLessThan(20);
    expect(new Set(seen)).toContain('dwell_r2');
  });
});

describe('fitDataset', () => {
  const dataset = (data: ReturnType<typeof twoLabels>) =>
    tf.data
      .zip({
        xs: tf.data.array(data.x.arraySync()),
        ys: tf.data.zip({
          click: tf.data.array(data.click.dataSync() as unknown as number[]),
          dwell: tf.data.array(data.dwell.dataSync() as unknown as number[]),
        }),
      })
      .batch(8);

  it('trains as fit does on the same batches, and leaks nothing', async () => {
    const { x, ...y } = twoLabels(20);
    const make = () => compileMultiTask(twoHeads(), { tasks, optimizer: adam, learningRates: 1e-2 });
    const [onTensors, onDataset] = [make(), make()];
    const expected = await onTensors.fit(x, y, { epochs: 3, batchSize: 8, shuffle: false, validationData: [x, y] });
    const before = tf.memory().numTensors;
    const source = dataset({ x, ...y });
    const history = await onDataset.fitDataset(source, { epochs: 3, validationData: source });
    // Adam's moments are all that is new.
    const moments = 3 * 2 + 2 * onDataset.model.trainableWeights.length;
    expect(tf.memory().numTensors).toBe(before + moments);
    expect(weightsOf(onDataset.model)).toEqual(weightsOf(onTensors.model));
    expect(Object.keys(history.history)).toEqual(Object.keys(expected.history));
    expect(history.history.val_dwell_loss!.at(-1)).toBeCloseTo(expected.history.val_dwell_loss!.at(-1)!, 5);
  });

  it('goes on where it was with batchesPerEpoch, and says when it runs dry', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const mtl = compileMultiTask(twoHeads(), { tasks, optimizer: adam, learningRates: 1e-2 });
    const sizes: unknown[] = [];
    const { epoch } = await mtl.fitDataset(dataset(twoLabels(20)), {
      epochs: 4,
      batchesPerEpoch: 2,
      callbacks: { onBatchEnd: (_, logs) => sizes.push(logs?.size) },
    });
    expect(sizes).toEqual([8, 8, 4]);
    expect(epoch).toEqual([0, 1]);
    expect(warn.mock.calls[0]![0]).toMatch(/ended after 1 of 2 batches.*repeat/);
  });
});
