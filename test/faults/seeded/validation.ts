import type { Base } from '../bases/base.ts';
import { baseScript, EPOCHS, ROWS } from '../bases/baseScript.ts';
import { marked } from '../markers.ts';
import { insertBefore, replace } from '../scriptText.ts';
import type { Fault } from './fault.ts';

/** Faults that only validation shows. A loop of one's own validates itself, where nothing can be seen. */
export const VALIDATION_FAULTS: readonly Fault[] = [
  {
    id: 'valLoss',
    about: 'early stopping on `val_loss`, which is the loss of a alone; b overfits',
    exact: true,
    rules: ['validationName'],
    seed: (base, style) =>
      style === 'loop'
        ? null
        : {
            script: replace(
              overfitting(base),
              'validationSplit: 0.25 }',
              `validationSplit: 0.25, callbacks: tf.callbacks.earlyStopping({ ${marked('validationName', "monitor: 'val_loss'")}, patience: 20 }) }`,
            ),
            tasks: [],
          },
  },
  {
    id: 'overfit',
    about: 'b overfits',
    exact: false,
    rules: ['overfit'],
    seed: (base, style) =>
      style === 'loop'
        ? null
        : {
            script: overfitting(base).replace(/model\.fit\(.*\)(?=;)/, (fit) => marked('overfit', fit)),
            tasks: [base.b.name],
          },
  },
];

/** Few rows, and labels of b that are mostly noise: its loss falls by learning them by heart. */
function overfitting(base: Base): string {
  const script = insertBefore(baseScript(base, 'fit'), 'model.compile', [
    `y.${base.b.name} = y.${base.b.name}.add(tf.randomNormal([rows, 1], 0, 2));`,
  ]);
  return replace(
    replace(
      replace(script, `const rows = ${ROWS};`, 'const rows = 128;'),
      `const epochs = ${EPOCHS};`,
      'const epochs = 120;',
    ),
    'verbose: 0 }',
    'verbose: 0, validationSplit: 0.25 }',
  );
}
