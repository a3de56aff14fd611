export type Language = 'cjs' | 'mjs' | 'ts';

/** One way to treat A's prediction before it becomes a feature of task B; `// @guilty` marks the line that matters. */
export interface FeedVariant {
  readonly feature: string;
  /** Code before the training step. */
  readonly before?: string;
  /** The list of variables that is trained. */
  readonly list?: string;
}

const header: Record<Language, string> = {
  cjs: "const tf = require('@tensorflow/tfjs');\nconst { stopGradient } = require('mtl-debugger');",
  mjs: "import * as tf from '@tensorflow/tfjs';\nimport { stopGradient } from 'mtl-debugger';",
  // What TypeScript erases shifts every line below it: positions must be those of the source.
  ts: [
    "import * as tf from '@tensorflow/tfjs';",
    "import type { Tensor, Variable } from '@tensorflow/tfjs';",
    "import { stopGradient } from 'mtl-debugger';",
    'enum Task { A, B }',
    'interface Weights {',
    '  trunk: Variable;',
    '  a: Variable;',
    '  b: Variable;',
    '  bFromA: Variable;',
    '}',
    'type Feature = (prediction: Tensor) => Tensor;',
    'void Task.A;',
  ].join('\n'),
};

/** A script with a loop of its own: task B uses task A's prediction. Three steps. */
export function feedScript(language: Language, { feature, before = '', list = 'undefined' }: FeedVariant): string {
  const typed = (name: string, type: string): string => (language === 'ts' ? `${name}: ${type}` : name);
  return `${header[language]}

const normal = (${typed('shape', 'number[]')}, ${typed('seed', 'number')}) => tf.randomNormal(shape, 0, 1, 'float32', seed);
const x = normal([12, 4], 1);
const [yA, yB] = [normal([12, 1], 2), normal([12, 1], 3)];
const ${typed('weights', 'Weights')} = {
  trunk: tf.variable(normal([4, 5], 4)),
  a: tf.variable(normal([5, 1], 5)),
  b: tf.variable(normal([5, 1], 6)),
  bFromA: tf.variable(normal([1, 1], 7)),
};
const ${typed('feature', language === 'ts' ? 'Feature' : '')} = (prediction) =>
  ${feature};
${before}
const optimizer = tf.train.adam(0.01);
for (let step = 0; step < 3; step++) {
  optimizer.minimize(() => {
    const h = x.matMul(weights.trunk);
    const predictionA = h.matMul(weights.a);
    const predictionB = h.matMul(weights.b).add(feature(predictionA).matMul(weights.bFromA));
    const lossA = tf.losses.meanSquaredError(yA, predictionA);
    const lossB = tf.losses.meanSquaredError(yB, predictionB);
    return tf.add(lossA, lossB)${language === 'ts' ? ' as tf.Scalar' : ''};
  }, false, ${list});
}
`;
}

/** 1-based line of the mark. */
export function guiltyLine(script: string): number {
  return script.split('\n').findIndex((line) => line.includes('@guilty')) + 1;
}
