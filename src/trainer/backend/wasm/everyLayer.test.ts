import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, it } from 'vitest';
import { expectSameOnBoth, numbersFrom, randomTensor, startWasm } from './cpuAgainstWasm.ts';

const { layers } = tf;

/** One small model for each kind of layer that people train: input shape (without the batch) and the stack. */
const stacks: Record<string, [number[], () => tf.layers.Layer[]]> = {
  dense: [[5], () => [layers.dense({ units: 4, activation: 'tanh' })]],
  'convolution, pooling, dense': [
    [8, 8, 2],
    () => [
      layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', padding: 'same' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 2, kernelSize: 2 }),
      layers.averagePooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  ],
  'convolution along time': [
    [10, 3],
    () => [layers.conv1d({ filters: 4, kernelSize: 3 }), layers.globalMaxPooling1d()],
  ],
  'transposed convolution': [[4, 4, 2], () => [layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 })]],
  'convolution in space': [[4, 4, 4, 2], () => [layers.conv3d({ filters: 2, kernelSize: 2 }), layers.flatten()]],
  'separable and depthwise convolution': [
    [6, 6, 2],
    () => [
      layers.separableConv2d({ filters: 3, kernelSize: 3 }),
      layers.depthwiseConv2d({ kernelSize: 2, strides: 2, padding: 'same' }),
    ],
  ],
  'GRU, LSTM': [[5, 3], () => [layers.gru({ units: 4, returnSequences: true }), layers.lstm({ units: 3 })]],
  'both directions': [[4, 3], () => [layers.bidirectional({ layer: layers.lstm({ units: 3 }), mergeMode: 'concat' })]],
  normalisation: [
    [6],
    () => [layers.dense({ units: 4, useBias: false }), layers.batchNormalization(), layers.layerNormalization()],
  ],
  activations: [
    [6],
    () => [
      layers.dense({ units: 6, activation: 'selu' }),
      layers.prelu(),
      layers.elu(),
      layers.leakyReLU(),
      layers.dense({ units: 4, activation: 'softplus' }),
      layers.softmax(),
    ],
  ],
  upsampling: [[3, 3, 2], () => [layers.upSampling2d({ size: [2, 2] }), layers.conv2d({ filters: 2, kernelSize: 3 })]],
};

function copyOf(name: string, seed: number): tf.Sequential {
  const [shape, build] = stacks[name]!;
  const model = tf.sequential();
  const input = layers.inputLayer({ inputShape: shape });
  model.add(input);
  build().forEach((layer) => model.add(layer));
  const next = numbersFrom(seed);
  model.weights.forEach((weight) => weight.write(randomTensor(tf, next, weight.shape as number[])));
  return model;
}

function gradientsOf(model: tf.Sequential, x: tf.Tensor): tf.Tensor[] {
  const { value, grads } = tf.variableGrads(() =>
    tf.mean<tf.Scalar>(tf.square(model.apply(x, { training: true }) as tf.Tensor)),
  );
  return [value, ...Object.keys(grads).map((variable) => grads[variable]!)];
}

// Without first: the fast kernels are put over the others.
describe.each([false, true])('what trains on cpu trains on wasm, with the same gradients, fast kernels %s', (fast) => {
  beforeAll(() => startWasm(tf, fast));

  it.each(Object.keys(stacks))('%s', async (name) => {
    for (const seed of [11, 12, 13]) {
      // A model's variables move to the other backend with the first use there: each backend gets its own.
      await expectSameOnBoth(tf, `${seed} (${name})`, () => {
        const model = copyOf(name, seed);
        const gradients = gradientsOf(model, randomTensor(tf, numbersFrom(seed + 1), [3, ...stacks[name]![0]]));
        return [...gradients, ...disposing(model)];
      });
    }
  });

  it('an embedding with attention over it', async () => {
    for (const seed of [21, 22, 23]) {
      await expectSameOnBoth(tf, seed, () => {
        const next = numbersFrom(seed);
        const [table, query, key, value] = [
          [9, 4],
          [4, 4],
          [4, 4],
          [4, 4],
        ].map((shape) => randomTensor(tf, next, shape));
        const ids = tf.tensor2d([1, 2, 2, 8, 0, 2], [2, 3], 'int32');
        const attend = (t: tf.Tensor, q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) => {
          const x = tf.gather(t, ids);
          const times = (w: tf.Tensor) => tf.reshape(tf.matMul(tf.reshape(x, [6, 4]), w), [2, 3, 4]);
          const scores = tf.softmax(tf.div(tf.matMul(times(q), times(k), false, true), 2));
          return tf.mean(tf.square(tf.matMul(scores, times(v))));
        };
        return tf.grads(attend)([table!, query!, key!, value!]);
      });
    }
  });
});

/** Disposes the model at the end of the list of results. */
function disposing(model: tf.Sequential): tf.Tensor[] {
  model.dispose();
  return [];
}
