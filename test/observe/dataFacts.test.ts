import * as tf from '@tensorflow/tfjs';
import { compileMultiTask } from 'mtl-debugger';
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
  await model./*@fit*/ fit(x, targets, { batchSize: 16, shuffle: false, verbose: 0 as never });
};

describe('broadcast', () => {
  it('a target of rank 1 against a prediction of rank 2 is told at its operation, for its task', () => {
    const [trunk, a, b] = weights([4, 3], [3, 1], [3, 1]);
    const flat = dwell.reshape([rows]);
    step(() => {
      const h = x.matMul(trunk!);
      const lossA = squared(click, h.matMul(a!));
      const lossB = h.matMul(b!)./*@stretched*/ sub(flat).square().mean();
      return lossA.add(lossB);
    }, 3);
    const [fact, ...more] = factsOf(watched.lines, 'broadcast');
    expect(more).toEqual([]);
    expect(fact).toMatchObject({
      task: 'b',
      position: place('stretched'),
      details: { op: 'Sub', prediction: [rows, 1], target: [rows], result: [rows, rows] },
    });
  });

  it('also by a loss function of one’s own in fit, whichever side is flat', async () => {
    const flatError = (target: tf.Tensor, prediction: tf.Tensor): tf.Tensor =>
      target./*@flat*/ sub(prediction.flatten()).square().mean(-1);
    await fit(twoHeads(), [click, dwell], ['meanSquaredError', flatError]);
    expect(factsOf(watched.lines, 'broadcast')).toMatchObject([
      { task: 'dwell', position: place('flat'), details: { prediction: [16], target: [16, 1], result: [16, 16] } },
    ]);
  });

  it('is on record where tfjs throws afterwards, as its gradient of squaredDifference does', () => {
    const [w] = weights([4, 1]);
    const loss = (): tf.Tensor => tf.squaredDifference(x.matMul(w!), dwell.flatten()).mean();
    expect(() => step(loss)).toThrow('does not match the shape of the input');
    expect(factsOf(watched.lines, 'broadcast')).toMatchObject([{ details: { op: 'SquaredDifference' } }]);
  });

  it('is none where rows are compared each with each on purpose, rows are weighted, columns have factors, or shapes agree', () => {
    const [w] = weights([4, 3]);
    const [target, perRow, perColumn] = [normal([rows, 3], 5), normal([rows, 1], 6), normal([3], 7)];
    step(() => x.matMul(w!).sub(target).mul(perRow).mul(perColumn).square().mean());
    const [v] = weights([4, 1]);
    step(() =>
      x
        .matMul(v!)
        .sub(dwell.reshape([1, rows]))
        .square()
        .mean(),
    );
    expect(factsOf(watched.lines, 'broadcast')).toEqual([]);
  });
});

describe('class ids', () => {
  const outside = ids.map((id, row) => (row === 5 ? 7 : id));

  it('outside of the classes are counted, by fit’s sparse loss', async () => {
    const kinds = tf.tensor2d(Float32Array.from(outside), [rows, 1]);
    await fit(classifier('softmax'), [click, kinds], ['meanSquaredError', 'sparseCategoricalCrossentropy']);
    expect(factsOf(watched.lines, 'classIds').at(-1)).toMatchObject({
      task: 'kind',
      position: { line: place('fit').line },
      details: { classes: 3, outside: 1, worst: 7, masked: false, argument: null },
    });
  });

  it('and by a loop’s one-hot coding, at its call', () => {
    const [w] = weights([4, 3]);
    const kinds = tf.tensor1d(outside, 'int32');
    step(() => tf.losses.softmaxCrossEntropy(tf./*@coded*/ oneHot(kinds, 3), x.matMul(w!)));
    expect(factsOf(watched.lines, 'classIds')).toMatchObject([
      { position: place('coded'), details: { classes: 3, outside: 1, values: rows, worst: 7, argument: 0 } },
    ]);
  });

  it('that the loss computes are counted as they are coded', () => {
    const [w] = weights([4, 3]);
    const kinds = tf.tensor1d(Float32Array.from(ids));
    step(() => tf.losses.softmaxCrossEntropy(tf./*@shifted*/ oneHot(kinds.add(1).toInt(), 3), x.matMul(w!)));
    expect(factsOf(watched.lines, 'classIds')).toMatchObject([
      {
        position: place('shifted'),
        details: { classes: 3, outside: ids.filter((id) => id === 2).length, worst: 3, masked: false, argument: 0 },
      },
    ]);
  });

  it('also where a tidy has disposed of what they were computed from', () => {
    const [w] = weights([4, 3]);
    const kinds = tf.tensor1d(Float32Array.from(ids));
    step(() =>
      tf.tidy(() => tf.losses.softmaxCrossEntropy(tf.oneHot(kinds.sub(1).cast('int32'), 3), x.matMul(w!)) as tf.Scalar),
    );
    expect(factsOf(watched.lines, 'classIds')).toMatchObject([{ details: { outside: 11, worst: -1 } }]);
  });

  it('that a script has coded before its loop are seen as rows of zeros, at the call that compares them', () => {
    const [w] = weights([4, 3]);
    const coded = tf.oneHot(tf.tensor1d(outside, 'int32'), 3);
    step(() => tf.losses./*@precoded*/ softmaxCrossEntropy(coded, x.matMul(w!)), 2);
    expect(factsOf(watched.lines, 'classIds').at(-1)).toMatchObject({
      position: place('precoded'),
      details: { classes: 3, outside: 2, values: 2 * rows, worst: 'NaN', masked: false, argument: 0 },
    });
  });

  it('coded before, and smoothed by the loss, are seen as rows of zeros, too', () => {
    const [w] = weights([4, 3]);
    const coded = tf.oneHot(tf.tensor1d(outside, 'int32'), 3);
    step(() => tf.losses.softmaxCrossEntropy(coded, x.matMul(w!), undefined, 0.1));
    expect(factsOf(watched.lines, 'classIds')).toMatchObject([{ details: { outside: 1, values: rows } }]);
  });

  it('that were coded before are seen as rows of zeros', async () => {
    const coded = tf.oneHot(tf.tensor1d(outside, 'int32'), 3).toFloat();
    await fit(classifier('softmax'), [click, coded], ['meanSquaredError', 'categoricalCrossentropy']);
    expect(factsOf(watched.lines, 'classIds').at(-1)).toMatchObject({
      task: 'kind',
      details: { classes: 3, outside: 1, worst: 'NaN', masked: false },
    });
  });

  it('rows of a multi-label target may be zeros; a mask is told', () => {
    const [w] = weights([4, 3]);
    const coded = tf.oneHot(tf.tensor1d(outside, 'int32'), 3).toFloat();
    step(() => tf.losses.sigmoidCrossEntropy(coded, x.matMul(w!)));
    expect(factsOf(watched.lines, 'classIds')).toEqual([]);
    const kinds = tf.tensor1d(outside, 'int32');
    step(() => {
      const known = kinds.less(3).toFloat();
      const each = x.matMul(w!).logSoftmax().mul(tf.oneHot(kinds, 3)).sum(-1).neg();
      return each.mul(known).sum().div(known.sum());
    });
    expect(factsOf(watched.lines, 'classIds')).toMatchObject([{ details: { outside: 1, masked: true } }]);
  });

  it('are all inside where they are', async () => {
    const kinds = tf.tensor2d(Float32Array.from(ids), [rows, 1]);
    await fit(classifier('softmax'), [click, kinds], ['meanSquaredError', 'sparseCategoricalCrossentropy']);
    expect(factsOf(watched.lines, 'classIds').every(({ details }) => details.outside === 0)).toBe(true);
  });
});

describe('labels', () => {
  const target = tf.tensor2d(
    Array.from({ length: rows }, (_, row) => row / 2),
    [rows, 1],
  );

  it('in fit: figures of what was fed, batch by batch', async () => {
    await fit(twoHeads(), [target, dwell], 'meanSquaredError');
    const facts = factsOf(watched.lines, 'labels').filter(({ task }) => task === 'click');
    expect(facts.map(({ step: at, details }) => [at, details.rows])).toEqual([
      [1, 16],
      [2, 32],
    ]);
    expect(facts[1]).toMatchObject({ position: { line: place('fit').line } });
    expect(facts[1]!.details).toMatchObject({ values: 32, nonFinite: 0, min: 0, max: 15.5, mean: 7.75, distinct: 32 });
    expect(facts[1]!.details).toMatchObject({ whole: false, sameRows: false, modeShare: 1 / 32, argument: null });
    expect(Number(facts[1]!.details.variance)).toBeCloseTo((32 ** 2 - 1) / 12 / 4, 9);
  });

  it('in a loop: at the call that compares it', () => {
    const [w] = weights([4, 1]);
    step(() => tf.losses./*@compared*/ meanSquaredError(target.toFloat(), x.matMul(w!)));
    expect(factsOf(watched.lines, 'labels')).toMatchObject([
      { position: place('compared'), details: { min: 0, max: 15.5, argument: 0 } },
    ]);
  });

  it('that the loss computes: the numbers that it compares, where they are computed', () => {
    const [w] = weights([4, 1]);
    step(() => tf.losses.meanSquaredError(target.sub(2)./*@computed*/ mul(100).toFloat(), x.matMul(w!)));
    expect(factsOf(watched.lines, 'labels')).toMatchObject([
      { position: place('computed'), details: { min: -200, max: 1350, distinct: 32, argument: null } },
    ]);
    expect(Number(factsOf(watched.lines, 'labels')[0]!.details.variance)).toBeCloseTo(
      1e4 * ((32 ** 2 - 1) / 12 / 4),
      3,
    );
  });

  it('that a loss of one’s own computes in fit, of what it was handed', async () => {
    const times = (labels: tf.Tensor, prediction: tf.Tensor): tf.Tensor =>
      prediction.sub(labels./*@times*/ mul(100)).square().mean(-1);
    await fit(twoHeads(), [target, dwell], [times, 'meanSquaredError']);
    const facts = factsOf(watched.lines, 'labels');
    expect(facts.findLast(({ task }) => task === 'click')).toMatchObject({
      position: place('times'),
      details: { rows, min: 0, max: 1550 },
    });
    expect(facts.findLast(({ task }) => task === 'dwell')).toMatchObject({ position: { line: place('fit').line } });
  });

  it('in a loop that makes its batch inside the loss', () => {
    const [w] = weights([4, 1]);
    const some = tf.tensor1d([0, 2, 4], 'int32');
    step(() => x.gather(some).matMul(w!).sub(target.gather(some)).square().mean());
    expect(factsOf(watched.lines, 'labels')).toMatchObject([{ details: { rows: 3, min: 0, max: 2 } }]);
  });

  it.each([
    ['absoluteDifference', (p: tf.Tensor) => tf.losses.absoluteDifference(target, p)],
    ['huberLoss', (p: tf.Tensor) => tf.losses.huberLoss(target, p)],
    ['sigmoidCrossEntropy', (p: tf.Tensor) => tf.losses.sigmoidCrossEntropy(target, p)],
    ['logLoss', (p: tf.Tensor) => tf.losses.logLoss(target, p.sigmoid())],
    [
      'by hand',
      (p: tf.Tensor) =>
        target
          .mul(p.sigmoid().log())
          .add(tf.sub(1, target).mul(tf.sub(1, p.sigmoid()).log()))
          .mean(),
    ],
    ['masked', (p: tf.Tensor) => p.mul(target.less(9).toFloat()).sub(target).square().mean()],
    ['in a tidy', (p: tf.Tensor) => tf.tidy(() => p.sub(target.add(1).sub(1)).abs().mean())],
  ])('of %s', (_, loss) => {
    const [w] = weights([4, 1]);
    step(() => loss(x.matMul(w!)));
    expect(factsOf(watched.lines, 'labels')).toMatchObject([{ details: { min: 0, max: 15.5, distinct: 32 } }]);
  });

  it('that are not finite are told at once', () => {
    const [w] = weights([4, 1]);
    const values = Float32Array.from({ length: rows }, (_, row) => row);
    step(() => {
      values[3] = watched.observation.steps === 3 ? NaN : 3;
      return tf.losses.meanSquaredError(tf.tensor2d(values.slice(), [rows, 1]), x.matMul(w!));
    }, 3);
    expect(factsOf(watched.lines, 'labels').map(({ step: at, details }) => [at, details.nonFinite])).toEqual([
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
  });

  it('of the library', () => {
    const model = twoHeads();
    compileMultiTask(model, {
      tasks: { click: { loss: 'meanSquaredError' }, dwell: { loss: 'meanSquaredError' } },
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: 0.01,
    }).step(x, { click: target, dwell });
    expect(factsOf(watched.lines, 'labels')).toMatchObject([
      { task: 'click', details: { min: 0, max: 15.5, rows } },
      { task: 'dwell', details: { rows } },
    ]);
  });
});
