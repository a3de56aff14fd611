import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal } from './twoHeads.ts';

let watched: Watched;
const quiet = { epochs: 1, verbose: 0 as never };
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

/** Two losses of two heads on one trunk, combined as the test says; the note of the objective and its tasks. */
function combined(combine: (a: tf.Scalar, b: tf.Scalar, rows: readonly [tf.Tensor, tf.Tensor]) => tf.Tensor) {
  const weight = (shape: number[], seed: number): tf.Variable => tf.variable(normal(shape, seed));
  const [trunk, headA, headB] = [weight([3, 4], 1), weight([4, 1], 2), weight([4, 1], 3)];
  const [x, y] = [normal([8, 3], 4), normal([8, 1], 5)];
  tf.train.sgd(0.01).minimize(() => {
    const h = x.matMul(trunk).tanh();
    const rows = [headA, headB].map((head) => h.matMul(head).sub(y).square()) as [tf.Tensor, tf.Tensor];
    return combine(rows[0].mean(), rows[1].mean(), rows) as tf.Scalar;
  });
  watched.observation.flush();
  const { terms, objectives } = watched.graph();
  return { tasks: terms.length, note: objectives[0]!.note };
}

describe('losses that cannot be told apart, and why', () => {
  it.each<[string, Parameters<typeof combined>[0], RegExp]>([
    ['a product', (a, b) => a.mul(b), /a product of values that are trained/],
    ['a product, scaled', (a, b) => a.mul(b).mul(3).neg(), /a product of values that are trained/],
    ['a quotient', (a, b) => a.div(b), /a quotient of values/],
    ['the larger one', (a, b) => tf.maximum(a, b), /chosen among values, so only the chosen one has a gradient/],
    ['the largest of a stack', (a, b) => tf.stack([a, b]).max(), /chosen among values/],
    ['the logarithm of a sum', (a, b) => a.add(b).log(), /the logarithm of a value/],
    ['a geometric mean', (a, b) => a.mul(b).sqrt(), /the square root of a value/],
    ['two on one prediction', (a, _, [rows]) => a.add(rows.sqrt().mean()), /computed from one prediction/],
    ['a single loss', (a) => a, /the top of the tape is no sum of several losses/],
    ['a cross-entropy by hand', (_, __, [rows]) => rows.log().add(rows).mean(), /no sum of several losses/],
  ])('%s', (_, combine, message) => {
    const { tasks, note } = combined(combine);
    expect(tasks).toBe(1);
    expect(note).toMatch(message);
    expect(note).toMatch(/^One task: .*To tell tasks apart, add their losses/);
  });

  it.each<[string, Parameters<typeof combined>[0]]>([
    ['a weighted sum', (a, b) => a.mul(2).sub(b.div(-3))],
    [
      'a sum of rows with weights of their own',
      (_, __, [a, b]) =>
        a
          .add(b)
          .mul(normal([8, 1], 9))
          .mean(),
    ],
    ['a mean of rows, averaged again', (_, __, [a, b]) => a.add(b).mean(1).mean()],
    [
      'a stack times weights',
      (a, b) =>
        tf
          .stack([a, b])
          .mul(tf.tensor1d([1, 5]))
          .sum(),
    ],
  ])('%s is told apart, without a note', (_, combine) => {
    expect(combined(combine)).toEqual({ tasks: 2, note: null });
  });
});

describe('a custom loss in fit', () => {
  const fit = async (outputs: number, loss: (labels: tf.Tensor, predictions: tf.Tensor) => tf.Tensor) => {
    const input = tf.input({ shape: [3] });
    const heads = Array.from(
      { length: outputs },
      (_, k) => tf.layers.dense({ units: 2, name: `head${k}` }).apply(input) as tf.SymbolicTensor,
    );
    const model = tf.model({ inputs: input, outputs: heads });
    model.compile({ optimizer: 'sgd', loss });
    await model.fit(
      normal([8, 3], 1),
      heads.map((_, k) => normal([8, 2], 2 + k)),
      quiet,
    );
    watched.observation.flush();
    const { terms, objectives } = watched.graph();
    return { tasks: terms.map(({ name }) => name), note: objectives[0]!.note };
  };
  const column = (tensor: tf.Tensor, at: number): tf.Tensor => tensor.slice([0, at], [-1, 1]);
  const both = (labels: tf.Tensor, predictions: tf.Tensor): tf.Tensor =>
    tf.add(
      tf.losses.meanSquaredError(column(labels, 0), column(predictions, 0)),
      tf.losses.sigmoidCrossEntropy(column(labels, 1).greater(0), column(predictions, 1)).mul(0.1),
    );

  it('two losses on the columns of one output are one task, and the note says how to part them', async () => {
    const { tasks, note } = await fit(1, both);
    expect(tasks).toEqual(['head0']);
    expect(note).toMatch(/one output, and its loss combines several values.*give each an output/);
  });

  it('with several outputs each output is a task, whatever its loss combines', async () => {
    expect(await fit(2, both)).toEqual({ tasks: ['head0', 'head1'], note: null });
  });

  it('an ordinary loss of one output needs no note', async () => {
    expect(await fit(1, (labels, predictions) => tf.losses.sigmoidCrossEntropy(labels, predictions))).toEqual({
      tasks: ['head0'],
      note: null,
    });
  });
});
