import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { classifier, click, dwell, ids, rows, weights, x } from './dataTrainings.ts';
import { factsOf, placesIn } from './factsOf.ts';
import { watchEachTest } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

const place = placesIn(import.meta.url);
const watched = watchEachTest();

const step = (loss: () => tf.Tensor, times = 1): void => {
  const optimizer = tf.train.sgd(0.01);
  for (let i = 0; i < times; i++) {
    optimizer.minimize(() => loss() as tf.Scalar);
  }
};
const squared = (target: tf.Tensor, prediction: tf.Tensor): tf.Tensor => tf.losses.meanSquaredError(target, prediction);
const fit = async (model: tf.LayersModel, targets: tf.Tensor[], loss: unknown): Promise<void> => {
  model.compile({ optimizer: tf.train.sgd(0.01), loss: loss as string[] });
  await model.fit(x, targets, { batchSize: 16, shuffle: false, verbose: 0 as never });
};

describe('a loss that the script computes itself', () => {
  const gain = (target: tf.Tensor, prediction: tf.Tensor): tf.Tensor =>
    target.sub(prediction).square().mean(-1)./*@gain*/ neg();

  it('is told where its function computes it last, for fit', async () => {
    await fit(twoHeads(), [click, dwell], ['meanSquaredError', gain]);
    expect(factsOf(watched.lines, 'ownLoss')).toMatchObject([
      { task: 'dwell', position: place('gain'), details: { op: 'Neg' } },
    ]);
  });

  it('is not told where tfjs computes all of it, or in a loop', async () => {
    const input = tf.input({ shape: [4] });
    const doubled = new Doubled({ name: 'doubled' }).apply(input) as tf.SymbolicTensor;
    const output = tf.layers.dense({ units: 1, name: 'dwell' }).apply(doubled) as tf.SymbolicTensor;
    await fit(tf.model({ inputs: input, outputs: output }), [dwell], ['meanSquaredError']);
    const [w] = weights([4, 1]);
    step(() => gain(dwell, x.matMul(w!)).mean());
    expect(factsOf(watched.lines, 'ownLoss')).toEqual([]);
  });
});

/** A layer whose operations stand in the script. */
class Doubled extends tf.layers.Layer {
  static className = 'Doubled';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return (Array.isArray(inputs) ? inputs[0]! : inputs).mul(2);
  }
}

describe('an activation on an activation', () => {
  const coded = tf.oneHot(tf.tensor1d(ids, 'int32'), 3).toFloat();
  const fromLogits = (target: tf.Tensor, prediction: tf.Tensor): tf.Tensor =>
    tf.losses./*@logits*/ softmaxCrossEntropy(target, prediction);

  it('a softmax head and a loss of logits in fit', async () => {
    await fit(classifier('softmax'), [click, coded], ['meanSquaredError', fromLogits]);
    expect(factsOf(watched.lines, 'doubleActivation')).toMatchObject([
      {
        task: 'kind',
        layer: 'kind',
        position: place('logits'),
        details: { activation: 'softmax', loss: 'softmaxCrossEntropy' },
      },
    ]);
  });

  it('a softmax layer on a softmax layer', async () => {
    const input = tf.input({ shape: [4] });
    const once = tf.layers.dense({ units: 3, activation: 'softmax', name: 'once' }).apply(input);
    const twice = tf.layers.softmax({ name: 'twice' }).apply(once) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: twice });
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
    await model.trainOnBatch(x, coded);
    expect(factsOf(watched.lines, 'doubleActivation')).toMatchObject([
      { layer: 'once', details: { activation: 'softmax', loss: 'softmax' } },
    ]);
  });

  it('a sigmoid and a cross-entropy of logits in a loop', () => {
    const [w] = weights([4, 1]);
    step(() => tf.losses./*@twice*/ sigmoidCrossEntropy(click, x.matMul(w!).sigmoid()));
    expect(factsOf(watched.lines, 'doubleActivation')).toMatchObject([
      { position: place('twice'), details: { activation: 'sigmoid', loss: 'sigmoidCrossEntropy' } },
    ]);
  });

  it('is none where probabilities meet a loss of probabilities, and logits one of logits', async () => {
    await fit(classifier('softmax'), [click, coded], ['meanSquaredError', 'categoricalCrossentropy']);
    await fit(classifier('linear'), [click, coded], ['meanSquaredError', fromLogits]);
    const [v, w] = weights([4, 4], [4, 1]);
    step(() => tf.losses.sigmoidCrossEntropy(click, x.matMul(v!).sigmoid().matMul(w!)));
    step(() => tf.losses.logLoss(click, x.matMul(v!).sigmoid().matMul(w!).sigmoid()));
    expect(factsOf(watched.lines, 'doubleActivation')).toEqual([]);
  });
});

describe('a label among the inputs', () => {
  it('is told with its column, in fit and in a loop', async () => {
    const leaking = tf.concat([x, dwell.mul(-3).add(5)], 1);
    const input = tf.input({ shape: [5] });
    const h = tf.layers.dense({ units: 5 }).apply(input);
    const outputs = ['click', 'dwell'].map((name) => tf.layers.dense({ units: 1, name }).apply(h) as tf.SymbolicTensor);
    const model = tf.model({ inputs: input, outputs, name: 'leaking' });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.fit(leaking, [click, dwell], { epochs: 2, batchSize: 16, verbose: 0 as never });
    const fitted = factsOf(watched.lines, 'labelAmongInputs').at(-1);
    expect(fitted).toMatchObject({ task: 'dwell', details: { input: 0, column: 4, columns: 5, rows: 64 } });
    expect(Number(fitted!.details.correlation)).toBeCloseTo(-1, 6);

    const [w] = weights([5, 1]);
    step(() => squared(dwell, leaking./*@used*/ matMul(w!)));
    const looped = factsOf(watched.lines, 'labelAmongInputs').at(-1);
    expect(looped).toMatchObject({ position: place('used'), details: { input: 0, column: 4 } });
  });

  it('is none where a model that is not trained says which class another one was asked for', () => {
    const [made, judge] = weights([1, 4], [4, 1]);
    const train = (list: tf.Variable[]): void =>
      void tf.train.sgd(0.01).minimize(
        () =>
          squared(
            dwell,
            tf
              .concat([dwell, click], 1)
              .matMul(tf.concat([made!, made!]))
              .matMul(judge!),
          ) as tf.Scalar,
        false,
        list,
      );
    train([made!]);
    expect(factsOf(watched.lines, 'labelAmongInputs')).toEqual([]);
    train([made!, judge!]);
    expect(factsOf(watched.lines, 'labelAmongInputs')).toMatchObject([{ details: { correlation: 1 } }]);
  });

  it('is none where the inputs only help, or are rebuilt', () => {
    const [v, w] = weights([4, 1], [4, 4]);
    const helped = x.slice([0, 0], [rows, 1]).add(dwell.mul(0.3));
    step(() => squared(helped, x.matMul(v!)), 5);
    step(() => squared(x, x.matMul(w!)), 5);
    expect(factsOf(watched.lines, 'labelAmongInputs')).toEqual([]);
  });
});

describe('rows that teach', () => {
  const known = tf.tensor2d(
    Array.from({ length: rows }, (_, row) => (row < 4 ? 1 : 0)),
    [rows, 1],
  );
  const taught = (): unknown[] =>
    factsOf(watched.lines, 'taughtRows')
      .filter(({ step: at }) => at === watched.observation.steps)
      .map(({ details }) => [details.rows, details.taught, Number(Number(details.weight).toFixed(4))]);

  it.each([
    /*@means*/
    ['over all rows', (each: tf.Tensor) => each.mul(known).mean(), 1],
    ['over the batch, by hand', (each: tf.Tensor) => each.mul(known).sum().div(rows), 1],
    ['over the labelled rows', (each: tf.Tensor) => each.mul(known).sum().div(known.sum()), 8],
    ['over rows that were picked', (each: tf.Tensor) => each.slice([0, 0], [4, 1]).mean(), 8],
  ])('in a loop, by a mean %s', (_, mean, weight) => {
    const [trunk, a, b] = weights([4, 3], [3, 1], [3, 1]);
    step(() => {
      const h = x.matMul(trunk!);
      const lossA = squared(click, h.matMul(a!));
      const lossB = mean(h.matMul(b!).sub(dwell).square());
      return lossA.add(lossB);
    });
    expect(taught()).toEqual([
      [rows, rows, 1],
      [rows, 4, weight],
    ]);
    // At the line that makes the mean.
    const [, sparse] = factsOf(watched.lines, 'taughtRows');
    expect(watched.graph().terms.map(({ id }) => id)).toContain(sparse!.task);
    expect(sparse!.position?.line).toBeGreaterThan(place('means').line);
  });

  it('a row is taught though its rectifier is off', () => {
    const [w] = weights([4, 1]);
    step(() => squared(dwell, x.matMul(w!).relu()));
    expect(taught()).toEqual([[rows, rows, 1]]);
  });

  it.each([
    ['all rows', 1, 1],
    ['the labelled rows', 8, 8],
  ])('in fit, by a mean over %s', async (_, factor, weight) => {
    const masked = (target: tf.Tensor, prediction: tf.Tensor): tf.Tensor => {
      const labelled = target.notEqual(-9).toFloat();
      return target.sub(prediction).square().mul(labelled).sum(-1).mul(factor);
    };
    const sparse = tf.where(known.greater(0), dwell, tf.fill([rows, 1], -9));
    const model = twoHeads();
    model.compile({ optimizer: 'sgd', loss: ['meanSquaredError', masked] as never });
    await model.trainOnBatch(x, [click, sparse]);
    expect(taught()).toEqual([
      [rows, rows, 1],
      [rows, 4, weight],
    ]);
  });
});

describe('losses of another rank', () => {
  /** A scalar head and a head of sequences of 8 numbers. */
  const mixed = (): tf.LayersModel => {
    const input = tf.input({ shape: [4] });
    const near = tf.layers.dense({ units: 1, name: 'near' }).apply(input) as tf.SymbolicTensor;
    const many = tf.layers.dense({ units: 8 }).apply(input);
    const far = tf.layers.reshape({ targetShape: [8, 1], name: 'far' }).apply(many) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: [near, far] });
  };
  const train = async (batch: number, loss: unknown): Promise<void> => {
    const model = mixed();
    model.compile({ optimizer: 'sgd', loss: loss as string });
    const targets = [normal([batch, 1], 1), normal([batch, 8, 1], 2)];
    await model./*@ranks*/ trainOnBatch(normal([batch, 4], 3), targets);
    await model.trainOnBatch(normal([batch, 4], 3), targets);
  };

  it('are told where they throw', async () => {
    await expect(train(16, 'meanSquaredError')).rejects.toThrow('16');
    expect(factsOf(watched.lines, 'lossRanks')).toMatchObject([
      { position: place('ranks'), step: 1, details: { tasks: ['near', 'far'], shapes: ['[16]', '[16, 8]'] } },
    ]);
  });

  it('are told where they fit by accident', async () => {
    await train(8, 'meanSquaredError');
    expect(factsOf(watched.lines, 'lossRanks')).toMatchObject([{ details: { shapes: ['[8]', '[8, 8]'] } }]);
    expect(watched.observation.steps).toBe(2);
  });

  it('are none where a loss is one number, or all have one shape', async () => {
    await train(16, ['meanSquaredError', (target: tf.Tensor, p: tf.Tensor) => target.sub(p).square().mean()]);
    await fit(twoHeads(), [click, dwell], 'meanSquaredError');
    expect(factsOf(watched.lines, 'lossRanks')).toEqual([]);
  });
});
