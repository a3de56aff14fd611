// The models that backends are measured on. Each gives a step, which can be run again and again.

const heads = (tf, trunk, units, tower) =>
  Array.from({ length: units.length }, (_, task) => {
    const hidden = tower === 0 ? trunk : tf.layers.dense({ units: tower, activation: 'relu' }).apply(trunk);
    return tf.layers.dense({ units: units[task] }).apply(hidden);
  });

/** Compiles a model of several regressions and gives its step on one batch. */
function stepOf(tf, input, outputs, x) {
  const model = tf.model({ inputs: input, outputs });
  model.compile({ optimizer: tf.train.adam(), loss: outputs.map(() => 'meanSquaredError') });
  const y = outputs.map(({ shape }) => tf.randomNormal([x.shape[0], shape[1]]));
  return () => model.trainOnBatch(x, y);
}

const { entries } = Object;

/** 64 → layers of so many units → 4 towers (64 → 1). */
function denseModel(tf, layers, units, batch) {
  const input = tf.input({ shape: [64] });
  let trunk = input;
  for (let layer = 0; layer < layers; layer++) {
    trunk = tf.layers.dense({ units, activation: 'relu' }).apply(trunk);
  }
  return stepOf(tf, input, heads(tf, trunk, [1, 1, 1, 1], 64), tf.randomNormal([batch, 64]));
}

const models = {
  /** 64 → 3 × 256 → 4 towers (64 → 1), batch 256. */
  dense: (tf) => denseModel(tf, 3, 256, 256),
  /** 64 → 3 × 512 → 4 towers (64 → 1), batch 256. */
  middleDense: (tf) => denseModel(tf, 3, 512, 256),
  /** 64 → 6 × 512 → 4 towers (64 → 1), batch 512. */
  deepDense: (tf) => denseModel(tf, 6, 512, 512),
  /** 64 → 3 × 1024 → 4 towers (64 → 1), batch 512. */
  wideDense: (tf) => denseModel(tf, 3, 1024, 512),
  /** 28 × 28 × 1 → two convolutions with pooling → dense 64 → 2 heads, batch 32. */
  convolution(tf) {
    const { layers } = tf;
    const input = tf.input({ shape: [28, 28, 1] });
    const trunk = [
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 64, activation: 'relu' }),
    ].reduce((value, layer) => layer.apply(value), input);
    return stepOf(tf, input, heads(tf, trunk, [1, 10], 0), tf.randomNormal([32, 28, 28, 1]));
  },
  /** 64 × 64 × 3 → three convolutions with pooling → dense 128 → 2 heads, batch 32. */
  largeConvolution(tf) {
    const { layers } = tf;
    const input = tf.input({ shape: [64, 64, 3] });
    const trunk = [32, 64, 128]
      .flatMap((filters) => [
        layers.conv2d({ filters, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
      ])
      .concat([layers.flatten(), layers.dense({ units: 128, activation: 'relu' })])
      .reduce((value, layer) => layer.apply(value), input);
    return stepOf(tf, input, heads(tf, trunk, [1, 10], 0), tf.randomNormal([32, 64, 64, 3]));
  },
  /** Texts of 40 words of 5000 → embedding 128 → LSTM 256 → 2 heads, batch 64. */
  wideRecurrent(tf) {
    const input = tf.input({ shape: [40] });
    const words = tf.layers.embedding({ inputDim: 5000, outputDim: 128 }).apply(input);
    const trunk = tf.layers.lstm({ units: 256, recurrentInitializer: 'glorotUniform' }).apply(words);
    return stepOf(tf, input, heads(tf, trunk, [1, 10], 0), tf.randomUniform([64, 40], 0, 5000, 'int32'));
  },
  /** The small convolutions, made depthwise. */
  depthwise(tf) {
    const { layers } = tf;
    const input = tf.input({ shape: [28, 28, 1] });
    const trunk = [
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu', padding: 'same' }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
      layers.conv2d({ filters: 32, kernelSize: 1, activation: 'relu' }),
      layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same' }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 64, activation: 'relu' }),
    ].reduce((value, layer) => layer.apply(value), input);
    return stepOf(tf, input, heads(tf, trunk, [1, 10], 0), tf.randomNormal([32, 28, 28, 1]));
  },
  /** Texts of 20 words of 1000 → embedding 32 → GRU 32 → 2 heads, batch 32. */
  embedding(tf) {
    const input = tf.input({ shape: [20] });
    const words = tf.layers.embedding({ inputDim: 1000, outputDim: 32 }).apply(input);
    const trunk = tf.layers.gru({ units: 32 }).apply(words);
    return stepOf(tf, input, heads(tf, trunk, [1, 10], 0), tf.randomUniform([32, 20], 0, 1000, 'int32'));
  },
};

/** A model's step, by name. */
export function stepOfModel(tf, name) {
  const found = entries(models).find(([each]) => each === name);
  if (found === undefined) {
    throw new Error(`There is no model ${name}.`);
  }
  return found[1](tf);
}
