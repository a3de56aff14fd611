import * as tf from '@tensorflow/tfjs';
import { compileMultiTask, stopGradient, uncertainty } from 'mtl-debugger';

/** How many steps a training makes; those of recurrent layers, which take longer, make fewer. */
export const steps = 200;
const few = 60;

/** Trains from the seeded Math.random, and gives all weights, moving averages included. */
export type Training = (everyStep: () => void) => Promise<number[][]>;

export function weightsOf(model: tf.LayersModel): number[][] {
  return model.weights.map((weight) => Array.from(weight.read().dataSync()));
}

const dense = (units: number, name: string, trainable = true): tf.layers.Layer =>
  tf.layers.dense({ units, name, trainable, activation: 'tanh' });

/** 16 sequences of words, 0 as padding, and labels of which about half are missing (-9). */
function words() {
  return tf.tidy(() => {
    const known = tf.randomUniform([16, 1]).greater(0.5);
    return {
      x: tf.randomUniform([16, 3], 0, 9, 'int32').toFloat(),
      mood: tf.randomUniform([16, 1]).greater(0.5).toFloat(),
      length: tf.where(known, tf.randomNormal([16, 1], 0, 20), tf.fill([16, 1], -9)),
    };
  });
}

function readers(): tf.LayersModel {
  const input = tf.input({ shape: [3] });
  const embedded = tf.layers.embedding({ inputDim: 9, outputDim: 4, maskZero: true }).apply(input);
  const h = tf.layers.lstm({ units: 3, recurrentDropout: 0.2 }).apply(embedded);
  const mood = tf.layers.dense({ units: 1, activation: 'sigmoid', name: 'mood' }).apply(h) as tf.SymbolicTensor;
  const length = tf.layers.dense({ units: 1, name: 'length' }).apply(h) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: [mood, length] });
}

/** A squared error over the rows whose label is not -9. */
function knownError(labels: tf.Tensor, predictions: tf.Tensor): tf.Tensor {
  const known = labels.notEqual(-9).toFloat();
  return labels.sub(predictions).square().mul(known).sum().div(known.sum().maximum(1));
}

const maskedFit: Training = async (everyStep) => {
  const model = readers();
  const { x, mood, length } = words();
  model.compile({ optimizer: tf.train.rmsprop(0.01), loss: ['binaryCrossentropy', knownError] as never });
  const callbacks = { onBatchEnd: () => everyStep() };
  const validationData: [tf.Tensor, tf.Tensor[]] = [x, [mood, length]];
  const options = { epochs: few / 4, batchSize: 4, verbose: 0 as never, callbacks, validationData };
  await model.fit(x, [mood, length], options as tf.ModelFitArgs);
  return weightsOf(model);
};

const clippedLibrary: Training = (everyStep) => {
  const model = readers();
  const { x, mood, length } = words();
  const mtl = compileMultiTask(model, {
    tasks: { mood: { loss: 'binaryCrossentropy' }, length: { loss: 'meanSquaredError', missing: -9 } },
    optimizer: (rate) => tf.train.adam(rate),
    learningRates: { shared: 1e-2, mood: 1e-2, length: 5e-2 },
    weighting: uncertainty(),
    clipNorm: 0.5,
  });
  for (let step = 0; step < few; step++) {
    mtl.step(x, { mood, length });
    everyStep();
  }
  return Promise.resolve(weightsOf(model));
};

/** A generator against a critic with two tasks, each with its optimizer and its list of variables, in turn. */
const adversarial: Training = (everyStep) => {
  const weight = (shape: number[]): tf.Variable => tf.variable(tf.randomNormal(shape, 0, 0.4));
  const [generator, body, realHead, classHead] = [weight([3, 4]), weight([4, 6]), weight([6, 1]), weight([6, 2])];
  const real = tf.randomNormal([8, 4], 2);
  const labels = tf.oneHot(tf.randomUniform([8], 0, 2, 'int32'), 2).toFloat();
  const make = (): tf.Tensor => tf.randomNormal([8, 3]).matMul(generator).tanh();
  const judge = (points: tf.Tensor): tf.Tensor => tf.leakyRelu(points.matMul(body));
  const optimizers = { critic: tf.train.adam(0.02, 0.5), generator: tf.train.adam(0.02, 0.5) };
  for (let round = 0; round < steps / 2; round++) {
    optimizers.critic.minimize(
      () => {
        const truth = tf.concat([tf.ones([8, 1]), tf.zeros([8, 1])]);
        const logits = judge(real.concat(stopGradient(make()))).matMul(realHead);
        const realness = tf.losses.sigmoidCrossEntropy(truth, logits);
        const kinds = tf.losses.softmaxCrossEntropy(labels, judge(real).matMul(classHead));
        return realness.add(kinds.mul(0.3)) as tf.Scalar;
      },
      false,
      [body, realHead, classHead],
    );
    everyStep();
    const fooling = (): tf.Scalar =>
      tf.losses.sigmoidCrossEntropy(tf.ones([8, 1]), judge(make()).matMul(realHead)) as tf.Scalar;
    optimizers.generator.minimize(fooling, false, [generator]);
    everyStep();
  }
  return Promise.resolve([generator, body, realHead, classHead].map((variable) => Array.from(variable.dataSync())));
};

/** Two models on one frozen base; one gradient, clipped by hand over both; a split trunk. */
const clippedByHand: Training = (everyStep) => {
  const base = tf.sequential({ layers: [tf.layers.dense({ units: 6, inputShape: [4], trainable: false })] });
  const trunk = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [6], activation: 'relu' })] });
  const heads = [1, 3].map((units) => tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [4] })] }));
  const models = [trunk, ...heads];
  const variables = models.flatMap((model) => model.trainableWeights.map((weight) => weight.read() as tf.Variable));
  const [x, y] = [tf.randomNormal([12, 4]), tf.randomNormal([12, 1], 0, 50)];
  const optimizer = tf.train.momentum(0.01, 0.9);
  for (let step = 0; step < steps; step++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const halves = tf.split(trunk.apply(base.apply(x)) as tf.Tensor, 2, 1);
        const [value, triple] = heads.map((head, k) => head.apply(halves[k]!) as tf.Tensor) as [tf.Tensor, tf.Tensor];
        return tf.add(tf.losses.meanSquaredError(y, value), triple.sub(y).abs().mean()) as tf.Scalar;
      }, variables);
      const norm = tf.sqrt(tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))));
      const factor = tf.div(5, norm.maximum(5));
      optimizer.applyGradients(variables.map(({ name }) => ({ name, tensor: tf.mul(grads[name]!, factor) })));
    });
    everyStep();
  }
  return Promise.resolve(variables.map((variable) => Array.from(variable.dataSync())));
};

/** Saved, loaded, trained with a frozen layer, thawed, compiled anew and trained on. */
const loadedAndThawed: Training = async (everyStep) => {
  const input = tf.input({ shape: [4] });
  const h = dense(5, 'upper').apply(dense(6, 'lower', false).apply(input));
  const outputs = ['near', 'far'].map((name) => dense(1, name).apply(h) as tf.SymbolicTensor);
  let artifacts: tf.io.ModelArtifacts = {};
  const keep = tf.io.withSaveHandler((saved) => {
    artifacts = saved;
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
  });
  await tf.model({ inputs: input, outputs }).save(keep);
  const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const [x, near, far] = [tf.randomNormal([12, 4]), tf.randomNormal([12, 1]), tf.randomNormal([12, 1], 0, 30)];
  for (const frozen of [true, false]) {
    model.getLayer('lower').trainable = !frozen;
    model.compile({ optimizer: tf.train.adagrad(0.05), loss: 'meanSquaredError' });
    for (let step = 0; step < steps / 2; step++) {
      await model.trainOnBatch(x, [near, far]);
      everyStep();
    }
  }
  return weightsOf(model);
};

export interface NamedTraining {
  readonly train: Training;
  /** The first two steps of each are observed, however seldom the others are. */
  readonly objectives: number;
  /** Steps that it makes. */
  readonly count: number;
}

export const trainings: Readonly<Record<string, NamedTraining>> = {
  'fit with maskZero, LSTM, a masked loss and validation': { train: maskedFit, objectives: 1, count: few },
  'the library with missing labels, uncertainty and clipNorm': { train: clippedLibrary, objectives: 1, count: few },
  'a GAN with two optimizers': { train: adversarial, objectives: 2, count: steps },
  'several models, a split trunk, clipped by hand': { train: clippedByHand, objectives: 1, count: steps },
  'a loaded model, frozen, thawed and compiled again': { train: loadedAndThawed, objectives: 2, count: steps },
};
