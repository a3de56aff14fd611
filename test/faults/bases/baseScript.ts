import { CLASSES, RATE, type Base, type BaseTask, type Style } from './base.ts';

/** Rows of the training data. */
export const ROWS = 512;
const BATCH = 32;
/** 16 steps an epoch: 400 steps. */
export const EPOCHS = 25;

/** The healthy script of a base model, as somebody would write it. */
export function baseScript(base: Base, style: Style): string {
  return [
    `// ${base.about}`,
    "import * as tf from '@tensorflow/tfjs';",
    '',
    'const seed = Number(process.argv[2]);',
    `const rows = ${ROWS};`,
    `const batchSize = ${BATCH};`,
    `const epochs = ${EPOCHS};`,
    'const { x, ...y } = data(rows);',
    '',
    ...(style === 'fit' ? base.classes(style) : []),
    ...base.layers(style),
    '',
    ...(style === 'fit' ? fitting(base) : looping(base)),
    ...(style === 'loop' && base.classes(style).length > 0 ? ['', ...base.classes(style)] : []),
    '',
    ...base.data,
    '',
    "/** Park and Miller's generator, and Box and Muller's way from it to a normal distribution. */",
    'function randomNumbers(start) {',
    '  let state = start * 7919;',
    '  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;',
    '  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());',
    '  return { uniform, normal };',
    '}',
    '',
  ].join('\n');
}

function forward(base: Base, { name }: BaseTask): string {
  return `const ${name} = ${name}Head.apply(${name}Tower.apply(${base.towerInput({ name, kind: 'regression' })}));`;
}

function fitting(base: Base): string[] {
  const { a, b } = base;
  return [
    `const inputs = tf.input({ shape: [${base.inputShape.join(', ')}] });`,
    ...base.shared('fit'),
    forward(base, a),
    forward(base, b),
    `const model = tf.model({ inputs, outputs: [${a.name}, ${b.name}] });`,
    `const optimizer = tf.train.adam(${RATE});`,
    `model.compile({ optimizer, loss: { ${[a, b].map((task) => `${task.name}: ${fitLoss(task)}`).join(', ')} } });`,
    `await model.fit(x, { ${[a, b].map(({ name }) => `${name}: y.${name}`).join(', ')} }, { epochs, batchSize, verbose: 0 });`,
  ];
}

export function fitLoss({ kind }: BaseTask): string {
  return kind === 'regression' ? "'meanSquaredError'" : "'sparseCategoricalCrossentropy'";
}

function looping(base: Base): string[] {
  const { a, b } = base;
  const within = (depth: number, lines: readonly string[]): string[] => lines.map((line) => '  '.repeat(depth) + line);
  return [
    `const optimizer = tf.train.adam(${RATE});`,
    'for (let epoch = 0; epoch < epochs; epoch++) {',
    '  for (let start = 0; start < rows; start += batchSize) {',
    '    tf.tidy(() => {',
    '      const inputs = x.slice(start, batchSize);',
    ...[a, b].map(({ name }) => `      const ${name}Target = y.${name}.slice(start, batchSize);`),
    '      optimizer.minimize(() => {',
    ...within(4, [...base.shared('loop'), forward(base, a), forward(base, b), ...[a, b].map(loopLoss)]),
    `        return ${a.name}Loss.add(${b.name}Loss);`,
    '      });',
    '    });',
    '  }',
    '}',
  ];
}

function loopLoss({ name, kind }: BaseTask): string {
  return kind === 'regression'
    ? `const ${name}Loss = tf.losses.meanSquaredError(${name}Target, ${name});`
    : `const ${name}Loss = tf.losses.softmaxCrossEntropy(tf.oneHot(${name}Target.toInt(), ${CLASSES}), ${name});`;
}
