import { layer, towerLayers, type Base, type BaseTask } from './base.ts';
import { COLUMNS, tabularData } from './tabular.ts';

const a: BaseTask = { name: 'dwell', kind: 'regression' };
const b: BaseTask = { name: 'rating', kind: 'regression' };

export const EXPERTS = 3;

/** A mixture of three experts with a gate per task (MMoE), two regressions. */
export const experts: Base = {
  name: 'experts',
  about: 'Readers: dwell time and rating, three experts mixed by a gate per task.',
  backend: 'wasm',
  a,
  b,
  towerInput: ({ name }) => `${name}Mix`,
  trunk: ['expert1', 'expert2', 'expert3'],
  freezeTrunk: (trainable) => `experts.forEach((expert) => (expert.trainable = ${trainable}));`,
  layers: (style) => [
    `const experts = [1, 2, 3].map((i) => ${layer(style, "units: 16, activation: 'relu', name: `expert${i}`", [COLUMNS])});`,
    ...[a, b].flatMap((task) => [
      `const ${task.name}Gate = ${layer(style, `units: ${EXPERTS}, activation: 'softmax', name: '${task.name}_gate'`, [COLUMNS])};`,
      ...towerLayers(style, task, 16),
    ]),
  ],
  shared: (style) => [
    'const answers = experts.map((expert) => expert.apply(inputs));',
    ...[a, b].map(({ name }) =>
      style === 'fit'
        ? `const ${name}Mix = new Mixture({ name: '${name}_mix' }).apply([${name}Gate.apply(inputs), ...answers]);`
        : `const ${name}Mix = mixed(${name}Gate.apply(inputs), answers);`,
    ),
  ],
  classes: (style) =>
    style === 'fit'
      ? [
          "/** The experts' answers, weighted by the gate and summed. */",
          'class Mixture extends tf.layers.Layer {',
          "  static className = 'Mixture';",
          '  computeOutputShape([, answer]) {',
          '    return answer;',
          '  }',
          '  call([gate, ...answers]) {',
          '    return tf.tidy(() => tf.stack(answers, 1).mul(gate.expandDims(2)).sum(1));',
          '  }',
          '}',
        ]
      : [
          "/** The experts' answers, weighted by the gate and summed. */",
          'function mixed(gate, answers) {',
          '  return tf.stack(answers, 1).mul(gate.expandDims(2)).sum(1);',
          '}',
        ],
  inputShape: [COLUMNS],
  data: tabularData([a, b]),
};
