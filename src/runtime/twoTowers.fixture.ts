import * as tf from '@tensorflow/tfjs';

/** Trunk and two linear towers, from one seed: the same numbers at every call. */
export function twoTowers() {
  const random = (shape: [number, number], seed: number): tf.Tensor2D =>
    tf.randomNormal(shape, 0, 0.5, 'float32', seed);
  const trunk = tf.variable(random([3, 4], 1));
  const a = tf.variable(random([4, 1], 2));
  const b = tf.variable(random([4, 1], 3));
  const x = random([8, 3], 4);
  const [ya, yb] = [random([8, 1], 5), tf.mul(random([8, 1], 6), 30)];
  const losses = (): { a: tf.Scalar; b: tf.Scalar } => {
    const h = tf.tanh(tf.matMul(x, trunk));
    return {
      a: tf.losses.meanSquaredError(ya, tf.matMul(h, a)),
      b: tf.losses.meanSquaredError(yb, tf.matMul(h, b)),
    };
  };
  const weights = (): number[][] => [trunk, a, b].map((variable) => [...variable.dataSync()]);
  return { variables: [trunk, a, b] as const, losses, weights };
}
