// The model that observation is measured on: 64 → 3 × 256 → one tower of 64 → 1 per task, batch 256, Adam.

/** The model, compiled, and one batch for it. */
export function referenceModel(tf, tasks) {
  const dense = (units, x, activation = 'relu') => tf.layers.dense({ units, activation }).apply(x);
  const input = tf.input({ shape: [64] });
  const first = dense(256, input);
  const trunk = dense(256, dense(256, first));
  const outputs = Array.from({ length: tasks }, () => dense(1, dense(64, trunk), 'linear'));
  const model = tf.model({ inputs: input, outputs });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: outputs.map(() => 'meanSquaredError') });
  const x = tf.randomNormal([256, 64]);
  const y = outputs.map(() => tf.randomNormal([256, 1]));
  const trunkVariables = model.trainableWeights.slice(0, 6).map((weight) => weight.val);
  return { model, x, y, trunk: tf.model({ inputs: input, outputs: trunk }), trunkVariables };
}
