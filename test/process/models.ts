/** A model with two outputs and its data, for scripts: `tf` must be there, and `model`, `x` and `y` are. */
export const twoTasks = `
  const input = tf.input({ shape: [4] });
  const trunk = tf.layers.dense({ units: 4, activation: 'relu' }).apply(input);
  const outputs = ['a', 'b'].map((name) => tf.layers.dense({ units: 1, name }).apply(trunk));
  const model = tf.model({ inputs: input, outputs });
  model.compile({ optimizer: 'sgd', loss: ['meanSquaredError', 'meanSquaredError'] });
  const x = tf.randomNormal([8, 4]);
  const y = [tf.randomNormal([8, 1]), tf.randomNormal([8, 1])];
`;

/** Trains for ever. Each keeps the event loop in its own way. */
export const endlessLoops = {
  'a synchronous loop of minimize': `
    const w = tf.variable(tf.scalar(1)), optimizer = tf.train.sgd(1e-6);
    for (;;) optimizer.minimize(() => w.square());`,
  'an awaited loop of trainOnBatch': `${twoTasks}
    for (;;) await model.trainOnBatch(x, y);`,
  "fit with yieldEvery 'never'": `${twoTasks}
    await model.fit(x, y, { epochs: 1e9, verbose: 0, yieldEvery: 'never' });`,
  fitDataset: `${twoTasks}
    const row = { xs: x.slice(0, 1).squeeze([0]), ys: { a: tf.tensor1d([1]), b: tf.tensor1d([1]) } };
    await model.fitDataset(tf.data.array([row]).repeat(-1).batch(4), { epochs: 1e9, batchesPerEpoch: 10, verbose: 0 });`,
} as const;
