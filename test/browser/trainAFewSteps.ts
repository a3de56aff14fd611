import * as tf from '@tensorflow/tfjs';
import {
  compileMultiTask,
  gradients,
  layers,
  maskedMean,
  multiTaskOptimizer,
  stopGradient,
  uncertainty,
} from 'mtl-debugger';

/** Uses every part of the runtime library once, with fixed seeds; runs in Node and in a page alike. */
export async function trainAFewSteps(): Promise<Record<string, number[]>> {
  await tf.setBackend('cpu');
  const figures: Record<string, number[]> = {};
  const x = tf.randomNormal([24, 3], 0, 1, 'float32', 1);
  const click = tf.cast(tf.greater(tf.slice(x, [0, 0], [24, 1]), 0), 'float32');
  const dwell = tf.mul(tf.slice(x, [0, 1], [24, 1]), 3);

  const model = feedModel();
  const weighting = uncertainty({ learningRate: 0.01 });
  const mtl = compileMultiTask(model, {
    tasks: { click: { loss: 'binaryCrossentropy', metrics: ['accuracy'] }, dwell: { loss: 'meanSquaredError' } },
    optimizer: (learningRate) => tf.train.adam(learningRate),
    learningRates: { shared: 1e-2, click: 1e-2, dwell: 2e-2 },
    weighting,
  });
  mtl.step(x, { click, dwell });
  const before = tf.memory().numTensors;
  const { history } = await mtl.fit(
    x,
    { click, dwell },
    { epochs: 5, batchSize: 8, shuffle: false, validationSplit: 0.25 },
  );
  figures.leaked = [tf.memory().numTensors - before];
  Object.assign(figures, history);
  figures.sigmas = Object.values(weighting.sigmas());
  figures.weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  figures.groups = mtl.groups.map(({ variables }) => variables.length);

  const w = tf.variable(tf.tensor1d([-1, 4]));
  const [stopped] = gradients(() => {
    const root = tf.sqrt(tf.relu(w));
    return { losses: [tf.mul(root, 0), tf.mul(w, 2)], stopGradients: [root] };
  }, [w]);
  figures.stopped = [...(stopped?.dataSync() ?? [])];

  const [a, b] = [tf.variable(tf.scalar(2)), tf.variable(tf.scalar(3))];
  const optimizer = multiTaskOptimizer({
    optimizer: (learningRate) => tf.train.sgd(learningRate),
    learningRates: { a: 0.1, b: 0.01 },
    weights: { a: 1, b: 2 },
    variables: [a, b],
  });
  const { losses } = optimizer.step(null, () => ({ a: tf.square(a), b: tf.square(tf.mul(b, stopGradient(a))) }));
  // a: 2 − 0.1·2·2 = 1.6, untouched by task b; b: 3 − 0.01·2·(2·3·2²) = 2.52.
  figures.ownLoop = [losses.a, losses.b, ...a.dataSync(), ...b.dataSync()];

  const sparse = tf.where(tf.greater(x.slice([0, 2], [24, 1]), 0), dwell, tf.fill([24, 1], NaN));
  const clipped = feedModel();
  const partly = compileMultiTask(clipped, {
    tasks: {
      click: { loss: 'binaryCrossentropy' },
      dwell: { loss: 'meanSquaredError', missing: NaN, metrics: ['mae'] },
    },
    optimizer: (learningRate) => tf.train.adam(learningRate),
    learningRates: 1e-2,
    clipNorm: 0.5,
  });
  const fitted = await partly.fit(x, { click, dwell: sparse }, { epochs: 3, batchSize: 6, shuffle: false });
  figures.missing = [...fitted.history.dwell_loss!, ...fitted.history.dwell_mae!];
  figures.clipped = clipped.getWeights().flatMap((weight) => [...weight.dataSync()]);
  figures.maskedMean = [maskedMean(tf.tensor1d([1, NaN, 5]), tf.tensor1d([1, 0, 1])).dataSync()[0]!];
  return figures;
}

/** `dwell` reads the prediction of `click`, and does not train its tower. */
function feedModel(): tf.LayersModel {
  const kernelInitializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  const input = tf.input({ shape: [3] });
  const dense = (units: number, seed: number, activation: 'tanh' | 'sigmoid' | 'linear', name: string) =>
    tf.layers.dense({ units, activation, name, kernelInitializer: kernelInitializer(seed) });
  const trunk = dense(4, 1, 'tanh', 'trunk').apply(input) as tf.SymbolicTensor;
  const click = dense(1, 2, 'sigmoid', 'click').apply(trunk) as tf.SymbolicTensor;
  const feature = layers.stopGradient({ name: 'click_as_feature' }).apply(click) as tf.SymbolicTensor;
  const both = tf.layers.concatenate().apply([trunk, feature]) as tf.SymbolicTensor;
  const dwell = dense(1, 3, 'linear', 'dwell').apply(both) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: [click, dwell] });
}
