import { RATE, type Base, type BaseName, type Style } from '../bases/base.ts';
import { baseScript, EPOCHS, ROWS } from '../bases/baseScript.ts';
import { insertBefore, replace } from '../scriptText.ts';
import { changeTarget } from '../seeded/edits.ts';
import { usesPrediction } from '../seeded/paths.ts';
import { sharedOutput } from '../seeded/units.ts';

/** A healthy script that looks like a faulty one. Nothing worse than information may be found in it. */
export interface LookAlike {
  readonly id: string;
  readonly about: string;
  /** Null where it is not made. */
  script(base: Base, style: Style): string | null;
}

const tabular = (base: Base): boolean => base.name !== 'convolution';
const only = (names: readonly BaseName[], style?: Style) => (base: Base, asked: Style) =>
  names.includes(base.name) && (style === undefined || asked === style);

export const LOOK_ALIKES: readonly LookAlike[] = [
  { id: 'base', about: 'the base model as it is', script: baseScript },
  {
    id: 'transfer',
    about: 'trunk trained, then frozen, and trained on with a new optimizer',
    script: (base, style) => transfer(base, style),
  },
  {
    id: 'loaded',
    about: 'trunk loaded, then frozen',
    script: (base, style) =>
      only(['regressions', 'mixed'])(base, style)
        ? insertBefore(baseScript(base, style), style === 'fit' ? 'model.compile' : 'const optimizer', [
            '// From another training: its features do for these targets too.',
            'const kept = randomNumbers(7);',
            'const values = (count, scale) => Array.from({ length: count }, () => scale * kept.normal());',
            'trunk.setWeights([tf.tensor2d(values(256, 0.35), [16, 16]), tf.tensor1d(values(16, 0.2))]);',
            base.freezeTrunk(false),
          ])
        : null,
  },
  {
    id: 'stopGradient',
    about: "a's prediction is a feature of b, behind a declared stop-gradient",
    script: (base, style) => usesPrediction(base, style, false),
  },
  {
    id: 'scale100',
    about: 'loss of b 100 times as large, under Adam, which trains both well',
    script: (base, style) => changeTarget(baseScript(base, style), style, base.b, (target) => `${target}.mul(10)`),
  },
  {
    id: 'smallRate',
    about: 'a third of the rate, for longer',
    script: (base, style) =>
      only(['regressions', 'mixed'])(base, style)
        ? replace(
            replace(baseScript(base, style), `adam(${RATE})`, `adam(${RATE * 0.3})`),
            `const epochs = ${EPOCHS};`,
            `const epochs = ${EPOCHS + 15};`,
          )
        : null,
  },
  {
    id: 'easyTask',
    about: 'b is easy, and has converged',
    script: (base, style) =>
      tabular(base) && base.name !== 'mixed'
        ? insertBefore(baseScript(base, style), style === 'fit' ? 'model.compile' : 'const optimizer', [
            `y.${base.b.name} = x.sum(1, true).mul(0.25);`,
          ])
        : null,
  },
  {
    id: 'sharedOutput',
    about: 'two tasks that agree, on one shared output',
    script: (base, style) => (base.name === 'regressions' ? sharedOutput(base, style, false) : null),
  },
  {
    id: 'momentum',
    about: 'Momentum in place of Adam, its rate lowered by `setLearningRate`',
    script: (base, style) =>
      only(['regressions', 'convolution'], 'loop')(base, style)
        ? insertBefore(
            replace(baseScript(base, style), `tf.train.adam(${RATE})`, 'tf.train.momentum(0.01, 0.9)'),
            'for (let start',
            [`if (epoch === ${EPOCHS - 5}) {`, '  optimizer.setLearningRate(0.003);', '}'],
          )
        : null,
  },
  {
    id: 'validated',
    about: 'validation on a quarter of many rows',
    script: (base, style) =>
      style === 'fit'
        ? replace(
            replace(
              replace(baseScript(base, style), `const rows = ${ROWS};`, 'const rows = 2048;'),
              `const epochs = ${EPOCHS};`,
              'const epochs = 8;',
            ),
            'verbose: 0 }',
            'verbose: 0, validationSplit: 0.25 }',
          )
        : null,
  },
];

/** Fine-tuning as it should be: what is frozen was trained, and the new list of variables has a new optimizer. */
function transfer(base: Base, style: Style): string {
  const half = Math.ceil(EPOCHS / 2);
  const freeze = base.freezeTrunk(false);
  if (style === 'loop') {
    return insertBefore(replace(baseScript(base, style), 'const optimizer =', 'let optimizer ='), 'for (let start', [
      `if (epoch === ${half}) {`,
      `  ${freeze}`,
      `  optimizer = tf.train.adam(${RATE});`,
      '}',
    ]);
  }
  const script = replace(baseScript(base, style), `const epochs = ${EPOCHS};`, `const epochs = ${half};`);
  const [compile = ''] = /model\.compile\(.*\);/.exec(script) ?? [];
  const [fit = ''] = /await model\.fit\(.*\);/.exec(script) ?? [];
  return replace(
    script,
    `${fit}\n`,
    `${fit}\n${freeze}\n${replace(compile, 'optimizer,', `optimizer: tf.train.adam(${RATE}),`)}\n${fit}\n`,
  );
}
