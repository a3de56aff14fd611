import type { Base, Style } from '../bases/base.ts';
import { baseScript, EPOCHS } from '../bases/baseScript.ts';
import { RATE } from '../bases/base.ts';
import { marked } from '../markers.ts';
import { insertBefore, replace } from '../scriptText.ts';
import type { Fault } from './fault.ts';

/** Options that tfjs ignores, and optimizers that are used for what they were not made for. */
export const OPTION_FAULTS: readonly Fault[] = [
  {
    id: 'lossWeights',
    about: '`lossWeights` in `compile`',
    exact: true,
    rules: ['ignoredLossWeights'],
    seed: (base, style) =>
      style === 'loop'
        ? null
        : {
            script: replace(
              baseScript(base, style),
              '} });\nawait',
              `}, ${marked('ignoredLossWeights', `lossWeights: { ${base.a.name}: 1, ${base.b.name}: 0.1 }`)} });\nawait`,
            ),
            tasks: [base.b.name],
          },
  },
  {
    id: 'assignedRate',
    about: '`.learningRate =` on Momentum',
    exact: true,
    rules: ['ignoredLearningRate'],
    seed: (base, style) => ({ script: assignedRate(base, style), tasks: [] }),
  },
  {
    id: 'sharedAdam',
    about: 'one Adam, alternating tasks',
    exact: true,
    rules: ['optimizerState'],
    seed: (base, style) => (style === 'fit' ? null : { script: alternating(base), tasks: [] }),
  },
  {
    id: 'refreeze',
    about: 'trunk frozen, then trained on with the same Adam',
    exact: true,
    rules: ['optimizerState'],
    seed: (base, style) => ({ script: refrozen(base, style), tasks: [] }),
  },
];

function assignedRate(base: Base, style: Style): string {
  const script = replace(baseScript(base, style), `tf.train.adam(${RATE})`, 'tf.train.momentum(0.01, 0.9)');
  const assigned = marked('ignoredLearningRate', 'optimizer.learningRate = 0.001');
  if (style === 'loop') {
    return insertBefore(script, 'for (let start', [`if (epoch === ${EPOCHS - 5}) {`, `  ${assigned};`, '}']);
  }
  return replace(
    insertBefore(script, 'await model.fit', [
      'const lower = {',
      '  onEpochEnd: (epoch) => {',
      `    if (epoch === ${EPOCHS - 6}) {`,
      `      ${assigned};`,
      '    }',
      '  },',
      '};',
    ]),
    'verbose: 0 }',
    'verbose: 0, callbacks: lower }',
  );
}

/** A loop that minimises one task's loss, then the other's, by one optimizer. Heads of other shapes make tfjs throw, in its own words. */
function alternating(base: Base): string {
  const lines = baseScript(base, 'loop').split('\n');
  const from = lines.findIndex((line) => line.includes('optimizer.minimize(() => {'));
  const to = lines.findIndex((line, index) => index > from && line === '      });');
  const body = lines.slice(from + 1, to - 1);
  const minimize = ([own, other]: readonly string[]): string[] => [
    `      /*@expect optimizerState*/optimizer.minimize(() => {`,
    ...body.filter(
      (line) =>
        !line.trim().startsWith(`const ${other ?? ''}Loss`) && !line.trim().startsWith(`const ${other ?? ''} =`),
    ),
    `        return ${own ?? ''}Loss;`,
    '      })/*@*/;',
  ];
  const [a, b] = [base.a.name, base.b.name];
  return [...lines.slice(0, from), ...minimize([a, b]), ...minimize([b, a]), ...lines.slice(to + 1)].join('\n');
}

function refrozen(base: Base, style: Style): string {
  const half = Math.floor(EPOCHS / 2);
  const freeze = base.freezeTrunk(false);
  if (style === 'loop') {
    const script = insertBefore(baseScript(base, style), 'for (let start', [
      `if (epoch === ${half}) {`,
      `  ${freeze}`,
      '}',
    ]);
    return replace(
      replace(script, 'optimizer.minimize(() => {', '/*@expect optimizerState*/optimizer.minimize(() => {'),
      '      });\n    });\n',
      '      })/*@*/;\n    });\n',
    );
  }
  const script = replace(baseScript(base, style), `const epochs = ${EPOCHS};`, `const epochs = ${half};`);
  const compile = /model\.compile\(.*\);/.exec(script)?.[0] ?? '';
  const fit = /await (model\.fit\(.*\));/.exec(script);
  const again = [
    freeze,
    replace(compile, 'optimizer,', `${marked('optimizerState', 'optimizer')},`),
    `await ${marked('optimizerState', fit?.[1] ?? '')};`,
  ];
  return replace(script, `${fit?.[0] ?? ''}\n`, `${fit?.[0] ?? ''}\n${again.join('\n')}\n`);
}
