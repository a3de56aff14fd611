import * as tf from '@tensorflow/tfjs';
import { compileMultiTask, maskedMean } from 'mtl-debugger';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectClipped, expectedMeasures, expectMeasures, sizesOf, variablesOf } from './expectedMeasures.ts';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

let watched: Watched;
const quiet = { epochs: 1, batchSize: 8, verbose: 0 as never };
beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => {
  watched.observation.uninstall();
  tf.disposeVariables();
});

const [x, click, dwell] = [normal([8, 4], 1), normal([8, 1], 2), normal([8, 1], 3)];
const labelled = tf.tensor2d([1, 0, 1, 1, 0, 0, 1, 0], [8, 1]);
const sparse = tf.where(labelled.greater(0), dwell, tf.fill([8, 1], -9));

/** A mean squared error per example, 0 and without gradient where the label is -9. */
function maskedError(labels: tf.Tensor, predictions: tf.Tensor): tf.Tensor {
  const known = labels.notEqual(-9).toFloat();
  return labels.sub(predictions).square().mul(known).sum(-1).mul(known.size).div(known.sum().maximum(1));
}

const names = (): string[] => watched.graph().terms.map(({ id }) => id);
const groups = ['shared(click+dwell)', 'tower(click)', 'tower(dwell)'];

describe('missing labels', () => {
  it('in fit, with a custom loss that is masked', async () => {
    const model = twoHeads();
    const predict = (output: number): tf.Tensor => (model.apply(x, { training: true }) as tf.Tensor[])[output]!;
    const measures = expectedMeasures(
      {
        click: () => tf.losses.meanSquaredError(click, predict(0)),
        dwell: () => maskedMean(dwell.sub(predict(1)).square(), labelled),
      },
      variablesOf(model),
    );
    watched = watchThisProcess(1);
    model.compile({ optimizer: tf.train.adam(0.01), loss: ['meanSquaredError', maskedError] as never });
    await model.fit(x, [click, sparse], quiet);
    expectMeasures(watched, measures, groups);
    expect(names()).toEqual(['click', 'dwell']);
    expect(watched.graph().objectives[0]!.note).toBeNull();
  });

  it('in a loop of one’s own, by their names, down to a batch without any label', () => {
    watched = watchThisProcess(1);
    const model = twoHeads();
    const variables = variablesOf(model);
    const optimizer = tf.train.adam(0.01);
    const step = (mask: tf.Tensor): void => {
      optimizer.minimize(
        () => {
          const [p, q] = model.apply(x, { training: true }) as [tf.Tensor, tf.Tensor];
          const clickLoss = tf.losses.meanSquaredError(click, p);
          const dwellLoss = dwell.sub(q).square().mul(mask).sum().div(mask.sum().maximum(1));
          return clickLoss.add(dwellLoss.mul(0.5)) as tf.Scalar;
        },
        false,
        variables,
      );
    };
    step(labelled);
    step(tf.zeros([8, 1]));
    watched.observation.flush();
    expect(names()).toEqual(['click', 'dwell']);
    const [, second] = watched.steps();
    expect(second!.loss[1]).toMatchObject({ raw: 0, weighted: 0 });
    expect(Number(second!.loss[1]!.weight)).toBe(0.5);
    expect(second!.groups['tower(dwell)']!.norm).toEqual([0]);
    expect(second!.groups['shared(click+dwell)']!.norm[1]).toBe(0);
  });

  it('through the library, clipped: gradients are those of the weighted losses, before clipping', () => {
    const model = twoHeads();
    const predict = (output: number): tf.Tensor => (model.apply(x, { training: true }) as tf.Tensor[])[output]!;
    const measures = expectedMeasures(
      {
        click: () => tf.losses.meanSquaredError(click, predict(0)),
        dwell: () => maskedMean(dwell.sub(predict(1)).square(), labelled).mul(3),
      },
      variablesOf(model),
    );
    watched = watchThisProcess(1);
    const sizes = sizesOf(model);
    compileMultiTask(model, {
      tasks: { click: { loss: 'meanSquaredError' }, dwell: { loss: 'meanSquaredError', weight: 3, missing: -9 } },
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: 0.1,
      clipNorm: 0.01,
    }).step(x, { click, dwell: sparse });
    expectMeasures(watched, measures, groups);
    expectClipped(watched, 0.1 * 0.01, sizes);
  });
});
