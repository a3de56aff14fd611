import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal } from './twoHeads.ts';

let watched: Watched | null = null;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => {
  watched?.observation.uninstall();
  tf.disposeVariables();
});

/** Ten steps of a critic with a gradient penalty: a gradient inside the loss, so that the tape holds a backward pass. */
function trainCritic(): number[] {
  const critic = tf.variable(normal([3, 4], 1), true, 'critic');
  const head = tf.variable(normal([4, 1], 2), true, 'head');
  const x = normal([6, 3], 3);
  const optimizer = tf.train.adam(0.05);
  for (let step = 0; step < 10; step++) {
    optimizer.minimize(() => {
      const judge = (points: tf.Tensor): tf.Tensor => points.matMul(critic).tanh().matMul(head);
      const realness = judge(x).mean();
      const slope = tf.grad((points: tf.Tensor) => judge(points).sum())(x);
      const penalty = slope.square().sum(1).sqrt().sub(1).square().mean();
      return realness.add(penalty.mul(10)) as tf.Scalar;
    });
  }
  const weights = [...critic.dataSync(), ...head.dataSync()];
  tf.disposeVariables();
  return weights;
}

it('a gradient inside the loss is no training step, and the weights stay the same to the bit', () => {
  const plain = trainCritic();
  watched = watchThisProcess(1);
  expect(trainCritic()).toEqual(plain);
  watched.observation.flush();
  expect(watched.observation.steps).toBe(10);
  expect(watched.graph().terms.map(({ id }) => id)).toEqual(['realness', 'penalty']);
  expect(watched.steps()[0]!.loss.map(({ weight }) => weight)).toEqual([1, 10]);
});
