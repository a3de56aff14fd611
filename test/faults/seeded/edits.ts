import { CLASSES, type Base, type BaseTask, type Style } from '../bases/base.ts';
import { fitLoss } from '../bases/baseScript.ts';
import { marked } from '../markers.ts';
import { insertBefore, replace } from '../scriptText.ts';

/** The call that applies a task's tower; in `fit` on symbols, in a loop on tensors. */
export function towerCall({ name }: BaseTask, features: string): string {
  return `${name}Tower.apply(${features})`;
}

/** Changes what goes into a task's tower, from the name of the constant that goes there. */
export function changeFeatures(
  script: string,
  base: Base,
  task: BaseTask,
  change: (features: string) => string,
): string {
  const features = base.towerInput(task);
  return replace(script, towerCall(task, features), towerCall(task, change(features)));
}

/** The line before which layers and functions of a fault's own are put. */
export function beforeModel(script: string, style: Style, lines: readonly string[]): string {
  return insertBefore(script, style === 'fit' ? 'const inputs = tf.input(' : 'const optimizer', [...lines, '']);
}

/** A layer of one's own that does `body` to the tensor `h`. */
export function ownLayer(className: string, body: string): string[] {
  return [
    `class ${className} extends tf.layers.Layer {`,
    `  static className = '${className}';`,
    '  call(inputs) {',
    '    const h = Array.isArray(inputs) ? inputs[0] : inputs;',
    `    return ${body};`,
    '  }',
    '}',
  ];
}

/** What a task's tower gets passes through `of`, an expression of the tensor `h`. */
export function throughOwn(
  script: string,
  base: Base,
  style: Style,
  task: BaseTask,
  className: string,
  of: (h: string) => string,
): string {
  return style === 'fit'
    ? beforeModel(
        changeFeatures(
          script,
          base,
          task,
          (features) => `new ${className}({ name: '${className.toLowerCase()}' }).apply(${features})`,
        ),
        style,
        ownLayer(className, of('h')),
      )
    : changeFeatures(script, base, task, of);
}

/** A task's loss, written out: from target and prediction to one value per row, or to one value. */
export function ownLoss(
  script: string,
  style: Style,
  task: BaseTask,
  name: string,
  loss: (target: string, prediction: string) => string,
): string {
  if (style === 'loop') {
    const line = new RegExp(`const ${task.name}Loss = .*;`).exec(script)?.[0] ?? '';
    return replace(script, line, `const ${task.name}Loss = ${loss(`${task.name}Target`, task.name)};`);
  }
  const own = beforeModel(script, style, [`const ${name} = (target, prediction) => ${loss('target', 'prediction')};`]);
  return replace(own, `${task.name}: ${fitLoss(task)}`, `${task.name}: ${name}`);
}

/**
 * Changes a task's target: in `fit` the argument, in a loop what its loss takes. `rule`: the changed one is marked, in `fit` with the
 * task's name before it.
 */
export function changeTarget(
  script: string,
  style: Style,
  { name }: BaseTask,
  change: (target: string) => string,
  rule: string | null = null,
): string {
  const mark = (text: string): string => (rule === null ? text : marked(rule, text));
  return style === 'fit'
    ? replace(script, `${name}: y.${name}`, mark(`${name}: ${change(`y.${name}`)}`))
    : replace(script, `Error(${name}Target,`, `Error(${mark(change(`${name}Target`))},`);
}

/** In `fit`, a loss of one's own takes a class's target with a column per class, as the prediction has. */
export function withColumns(script: string, style: Style, task: BaseTask): string {
  return style === 'fit'
    ? changeTarget(script, style, task, (target) => `tf.oneHot(${target}.toInt(), ${CLASSES})`)
    : script;
}

/** Puts an option into the definition of the trunk's layers, before their name. */
export function trunkOption(script: string, base: Base, option: string): string {
  const name = base.name === 'experts' ? 'name: `expert${i}`' : "name: 'trunk'";
  return replace(script, name, `${option}, ${name}`);
}
