import * as tf from '@tensorflow/tfjs';
import type { Draw, Family, Tensor } from './family.ts';

/** Trunk and heads of plain variables; the losses are the family's own. */
function heads(
  name: string,
  draw: Draw,
  units: readonly number[],
  losses: (h: Tensor, heads: tf.Variable[]) => Tensor[],
): Family {
  const [batch, width, hidden] = [6, draw(2, 5), draw(3, 6)];
  const x = tf.randomNormal([batch, width], 0, 1, 'float32', 1);
  const weight = (shape: number[], seed: number): tf.Variable =>
    tf.variable(tf.randomNormal(shape, 0, 0.7, 'float32', seed));
  const trunk = weight([width, hidden], 2);
  const towers = units.map((size, task) => weight([hidden, size], 3 + task));
  return {
    name,
    losses: () => losses(x.matMul(trunk).tanh(), towers) as tf.Scalar[],
    variables: [trunk, ...towers],
    dispose: () => tf.dispose([x, trunk, ...towers]),
  };
}

const target = (shape: number[], seed: number): Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** Each task has labels for some rows only; the mean is over those, in three ways of writing it. */
export function missingLabels(draw: Draw): Family {
  const masks = [
    [1, 0, 1, 1, 0, 0],
    [0, 0, 1, 0, 0, 1],
    [1, 1, 1, 0, 1, 1],
  ];
  return heads('missing labels', draw, [1, 1, 1], (h, [a, b, c]) => {
    const [known, rare, often] = masks.map((mask) => tf.tensor2d(mask, [6, 1])) as [Tensor, Tensor, Tensor];
    const error = (head: tf.Variable | undefined, seed: number): Tensor =>
      h
        .matMul(head!)
        .sub(target([6, 1], seed))
        .square();
    return [
      error(a, 4).mul(known).sum().div(known.sum()),
      tf.losses.meanSquaredError(target([6, 1], 5), h.matMul(b!), rare),
      tf.where(often.greater(0), error(c, 6), tf.zerosLike(often)).sum().div(often.sum().maximum(1)),
    ];
  });
}

/** A batch in which one task has no label at all: it contributes exactly 0. */
export function noLabels(draw: Draw): Family {
  return heads('no labels', draw, [1, 1], (h, [a, b]) => {
    const none = tf.zeros([6, 1]);
    return [
      h
        .matMul(a!)
        .sub(target([6, 1], 4))
        .square()
        .mean(),
      h
        .matMul(b!)
        .sub(target([6, 1], 5))
        .square()
        .mul(none)
        .sum()
        .div(none.sum().maximum(1)),
    ];
  });
}

/** A number per row beside a class per row and a distribution per row. */
export function headsOfSeveralRanks(draw: Draw): Family {
  return heads('heads of several ranks', draw, [1, 4, 6], (h, [value, classes, sequence]) => {
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 0, 1], 'int32'), 4);
    const steps = h.matMul(sequence!).reshape([6, 3, 2]);
    return [
      h
        .matMul(value!)
        .squeeze([1])
        .sub(target([6], 4))
        .abs()
        .mean(),
      tf.losses.softmaxCrossEntropy(labels, h.matMul(classes!)),
      steps
        .sub(target([6, 3, 2], 5))
        .square()
        .mean(2)
        .mean(),
    ];
  });
}

/** A code with a mean and a spread: the error of what is rebuilt from it, and its distance from the standard normal. */
export function variationalCode(draw: Draw): Family {
  return heads('variational code', draw, [2, 2], (h, [centre, spread]) => {
    const [mean, logVariance] = [h.matMul(centre!), h.matMul(spread!)];
    const code = mean.add(
      logVariance
        .mul(0.5)
        .exp()
        .mul(target([6, 2], 8)),
    );
    const rebuilt = code
      .sub(target([6, 2], 9))
      .square()
      .mean();
    const divergence = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).mean().mul(-0.5);
    return [rebuilt, divergence];
  });
}
