// Scripts with one fault each. The expression that a finding must cover stands between `/*@expect id*/` and `/*@*/`.

const imports = "import * as tf from '@tensorflow/tfjs';\n";

/** A trunk and two heads, compiled and trained by fit; `freeze` stands before `compile`. */
const model = ({ trunk = '', freeze = '', compile = '', after = '' }) => `${imports}
const input = tf.input({ shape: [4] });
const trunk = tf.layers.dense({ units: 4, activation: 'relu', name: 'trunk'${trunk} });
const h = trunk.apply(input);
const heads = ['a', 'b'].map((name) => tf.layers.dense({ units: 1, name }).apply(h));
const model = tf.model({ inputs: input, outputs: heads });
${freeze}
const optimizer = tf.train.sgd(1e-3);
model.compile({
  optimizer,
  loss: 'meanSquaredError',${compile}
});
${after}
const x = tf.randomNormal([16, 4], 0, 1, 'float32', 1);
const y = [tf.randomNormal([16, 1], 0, 1, 'float32', 2), tf.randomNormal([16, 1], 0, 1, 'float32', 3)];
await model.fit(x, y, { epochs: 12, batchSize: 16, verbose: 0 });
`;

/** A trunk and two towers in a loop of one's own; what the right one reads, and how both are minimised. */
const loop = ({ seen = 'shared', minimise = 'optimizer.minimize(() => loss());', optimizer = 'sgd' }) => `${imports}
const trunk = tf.variable(tf.tensor2d([[0.5], [-0.25]]), true, 'trunk');
const left = tf.variable(tf.scalar(1), true, 'left');
const right = tf.variable(tf.scalar(2), true, 'right');
const x = tf.tensor2d([[1, 2], [3, 4]]);
const optimizer = tf.train.${optimizer}(1e-4);
const leftLoss = () => tf.losses.meanSquaredError(tf.ones([2, 1]), x.matMul(trunk).mul(left));
const rightLoss = () => {
  const shared = x.matMul(trunk);
  return tf.losses.meanSquaredError(tf.zeros([2, 1]), ${seen}.mul(right));
};
const loss = () => leftLoss().add(rightLoss());
for (let step = 0; step < 12; step++) {
  ${minimise}
}
`;

const fault = (id, text) => `/*@expect ${id}*/${text}/*@*/`;

/** By the file's name. */
export const faults = {
  'lossWeights.mjs': model({ compile: `\n  ${fault('ignoredLossWeights', 'lossWeights: [1, 0.1]')},` }),
  'learningRate.mjs': model({ after: `${fault('ignoredLearningRate', 'optimizer.learningRate = 1e-5')};` }),
  'frozenLater.mjs': model({ freeze: `${fault('frozenGroup', 'trunk.trainable = false')};` }),
  'frozenAtOnce.mjs': model({ trunk: `, ${fault('frozenGroup', 'trainable: false')}` }),
  'dataSync.mjs': loop({ seen: `tf.tensor(${fault('detach', 'shared.dataSync()')}, shared.shape)` }),
  'varList.mjs': loop({ minimise: `optimizer.minimize(loss, false, ${fault('notListed', '[trunk, left]')});` }),
  'oneAdam.mjs': loop({
    optimizer: 'adam',
    minimise: `optimizer.minimize(leftLoss, false, [left, trunk]);
  ${fault('optimizerState', 'optimizer.minimize(rightLoss, false, [right, trunk])')};`,
  }),
};

/** Trains until it is stopped; from step 200 on, one tower reads a copy of the trunk's values. */
export const lateFault = loop({
  seen: `(step < 200 ? shared : tf.tensor(${fault('detach', 'shared.dataSync()')}, shared.shape))`,
  minimise: 'optimizer.minimize(() => loss());\n  await new Promise((resolve) => setTimeout(resolve, 5));',
})
  .replace('let step = 0; step < 12; step++', '; ; step++')
  .replace('const leftLoss', 'let step = 0;\nconst leftLoss');
