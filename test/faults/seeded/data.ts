import { CLASSES, type Base, type Style } from '../bases/base.ts';
import { baseScript } from '../bases/baseScript.ts';
import { COLUMNS } from '../bases/tabular.ts';
import { marked } from '../markers.ts';
import { insertBefore, replace, replaceAll } from '../scriptText.ts';
import { changeTarget, ownLoss, withColumns } from './edits.ts';
import type { Fault } from './fault.ts';

/** Faults of data and losses. */
export const DATA_FAULTS: readonly Fault[] = [
  {
    id: 'labelsTimes100',
    about: 'labels of b × 100',
    exact: false,
    rules: ['lossScale', 'starvingTask'],
    seed: (base, style) => ({
      script: changeTarget(baseScript(base, style), style, base.b, (target) => `${target}.mul(100)`, 'lossScale'),
      tasks: [base.b.name],
    }),
  },
  {
    id: 'broadcast',
    about: 'label `[B]` against `[B, 1]`',
    exact: true,
    rules: ['broadcastLoss'],
    seed: (base, style) => ({
      script: ownLoss(
        baseScript(base, style),
        style,
        base.b,
        'squaredError',
        (target, prediction) =>
          `${marked('broadcastLoss', `${prediction}.sub(${target}.flatten())`)}.square().mean(${style === 'fit' ? '-1' : ''})`,
      ),
      tasks: [base.b.name],
    }),
  },
  {
    id: 'classId',
    about: 'class ids from 1 instead of 0',
    exact: true,
    rules: ['classId'],
    seed: (base, style) =>
      base.a.kind === 'regression'
        ? null
        : {
            script:
              style === 'fit'
                ? changeTarget(baseScript(base, style), style, base.a, (target) => `${target}.add(1)`, 'classId')
                : replace(
                    baseScript(base, style),
                    `${base.a.name}Target.toInt()`,
                    marked('classId', `${base.a.name}Target.add(1).toInt()`),
                  ),
            tasks: [base.a.name],
          },
  },
  {
    id: 'doubleSoftmax',
    about: 'softmax before a softmax cross-entropy',
    exact: true,
    rules: ['doubleActivation'],
    seed: (base, style) =>
      base.a.kind === 'regression'
        ? null
        : style === 'loop'
          ? {
              script: replace(
                replace(
                  baseScript(base, style),
                  `units: ${CLASSES}, name:`,
                  `units: ${CLASSES}, ${marked('doubleActivation', "activation: 'softmax'")}, name:`,
                ),
                `tf.losses.softmaxCrossEntropy(tf.oneHot(${base.a.name}Target.toInt(), ${CLASSES}), ${base.a.name})`,
                marked(
                  'doubleActivation',
                  `tf.losses.softmaxCrossEntropy(tf.oneHot(${base.a.name}Target.toInt(), ${CLASSES}), ${base.a.name})`,
                ),
              ),
              tasks: [base.a.name],
            }
          : {
              script: ownLoss(
                withColumns(baseScript(base, style), style, base.a),
                style,
                base.a,
                'crossEntropy',
                (target, prediction) =>
                  marked(
                    'doubleActivation',
                    `tf.losses.softmaxCrossEntropy(${target}, ${prediction}, undefined, 0, tf.Reduction.NONE)`,
                  ),
              ).replace(/activation: 'softmax'(?=, name: '(?:species|bar)')/, (text) =>
                marked('doubleActivation', text),
              ),
              tasks: [base.a.name],
            },
  },
  {
    id: 'labelAmongInputs',
    about: 'label of b among the inputs',
    exact: true,
    rules: ['labelLeakage'],
    seed: (base, style) =>
      base.name === 'convolution' ? null : { script: labelAmongInputs(base, style), tasks: [base.b.name] },
  },
  {
    id: 'shuffledLabels',
    about: 'labels of b shuffled',
    exact: false,
    rules: ['noSignal'],
    seed: (base, style) => {
      const { name } = base.b;
      const shuffle = "const order = tf.tensor1d(Array.from(tf.util.createShuffledIndices(rows)), 'int32');";
      const script = insertBefore(baseScript(base, style), style === 'fit' ? 'model.compile' : 'const optimizer', [
        shuffle,
      ]);
      return {
        script:
          style === 'fit'
            ? changeTarget(script, style, base.b, (target) => `${target}.gather(order)`, 'noSignal')
            : changeTarget(
                replace(script, `= y.${name}.slice(`, `= ${marked('noSignal', `y.${name}.gather(order)`)}.slice(`),
                style,
                base.b,
                (target) => marked('noSignal', target),
              ),
        tasks: [name],
      };
    },
  },
  {
    id: 'sparseLabels',
    about: '2 % of b labelled, averaged over all rows',
    exact: true,
    rules: ['sparseLabels'],
    seed: (base, style) => {
      const { name } = base.b;
      const missing = insertBefore(baseScript(base, style), style === 'fit' ? 'model.compile' : 'const optimizer', [
        '// Rows without a label have -99.',
        `const has${name} = tf.randomUniform([rows, 1]).less(0.02);`,
        `y.${name} = tf.where(has${name}, y.${name}, -99);`,
      ]);
      return {
        script: ownLoss(missing, style, base.b, 'maskedError', (target, prediction) =>
          marked(
            'sparseLabels',
            `${target}.sub(${prediction}).square().mul(${target}.notEqual(-99)).mean(${style === 'fit' ? '-1' : ''})`,
          ),
        ),
        tasks: [name],
      };
    },
  },
  {
    id: 'flippedSign',
    about: 'sign of the loss of b flipped',
    exact: false,
    rules: ['risingLoss'],
    seed: (base, style) => {
      const { a, b } = base;
      return {
        script:
          style === 'fit'
            ? ownLoss(baseScript(base, style), style, b, 'gain', (target, prediction) =>
                marked('risingLoss', `${target}.sub(${prediction}).square().mean(-1).neg()`),
              )
            : replace(
                ownLoss(baseScript(base, style), style, b, 'gain', (target, prediction) =>
                  marked('risingLoss', `tf.losses.meanSquaredError(${target}, ${prediction})`),
                ),
                `${a.name}Loss.add(${b.name}Loss)`,
                marked('risingLoss', `${a.name}Loss.sub(${b.name}Loss)`),
              ),
        tasks: [b.name],
      };
    },
  },
  {
    id: 'logOfZero',
    about: '`log` of 0 in the loss of b',
    exact: true,
    rules: ['nonFinite'],
    seed: (base, style) => ({
      script: ownLoss(
        baseScript(base, style),
        style,
        base.b,
        'poisson',
        (target, prediction) =>
          `${prediction}.relu().sub(${target}.square().mul(${marked('nonFinite', `${prediction}.sub(${prediction}.min()).log()`)})).mean(${style === 'fit' ? '-1' : ''})`,
      ),
      tasks: [base.b.name],
    }),
  },
];

/** One more column: the target itself. */
function labelAmongInputs(base: Base, style: Style): string {
  const joined = marked('labelLeakage', `tf.concat([x, y.${base.b.name}], 1)`);
  const script = baseScript(base, style);
  return style === 'fit'
    ? replace(
        replace(script, `tf.input({ shape: [${COLUMNS}] })`, `tf.input({ shape: [${COLUMNS + 1}] })`),
        'model.fit(x,',
        `model.fit(${joined},`,
      )
    : replace(widened(script, base), 'const inputs = x.slice(', `const inputs = ${joined}.slice(`);
}

/** Layers that read the inputs take one column more. */
function widened(script: string, base: Base): string {
  const readers =
    base.name === 'experts' ? ['`expert${i}`', `'${base.a.name}_gate'`, `'${base.b.name}_gate'`] : ["'trunk'"];
  return readers.reduce(
    (text, name) =>
      replaceAll(text, `name: ${name}, inputShape: [${COLUMNS}]`, `name: ${name}, inputShape: [${COLUMNS + 1}]`),
    script,
  );
}
