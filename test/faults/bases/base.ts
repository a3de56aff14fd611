/** How a script trains: by `LayersModel.fit`, or by `optimizer.minimize` in a loop of its own. */
export type Style = 'fit' | 'loop';

export const STYLES: readonly Style[] = ['fit', 'loop'];

export type BaseName = 'regressions' | 'mixed' | 'experts' | 'convolution';

/** A task of a base model, by the name of its output. */
export interface BaseTask {
  readonly name: string;
  readonly kind: 'regression' | 'classification';
}

/**
 * A base model: a healthy script in both styles. All scripts use the same phrases for the same things (`NAMETower`, `NAMEHead`, `NAMETarget`,
 * `NAMELoss`), so that one fault is seeded in the same way wherever it applies.
 */
export interface Base {
  readonly name: BaseName;
  /** What the scripts' first line says. */
  readonly about: string;
  /** cpu where it is as fast; both are deterministic. */
  readonly backend: 'wasm';
  readonly a: BaseTask;
  /** Always a regression. */
  readonly b: BaseTask;
  /** The name of the constant that goes into a task's tower. */
  towerInput(task: BaseTask): string;
  /** Names of the layers that both tasks share. */
  readonly trunk: readonly string[];
  /** The layers that both tasks share, as a statement can call them: `trunk.trainable = false`. */
  freezeTrunk(trainable: boolean): string;
  /** All layers' definitions, a line each. */
  layers(style: Style): readonly string[];
  /** From the constant `inputs` to the constants `towerInput`, a line each. */
  shared(style: Style): readonly string[];
  /** Classes of custom layers, and the function `data`, a line each. */
  classes(style: Style): readonly string[];
  readonly inputShape: readonly number[];
  readonly data: readonly string[];
}

export const CLASSES = 4;

/** Learning rate of every healthy script. */
export const RATE = 0.005;

/** A layer's definition; in a loop a layer is a network of its own, so that its weights are there before the first step. */
export function layer(style: Style, options: string, inputShape: readonly number[]): string {
  return layerOf(style, 'dense', options, inputShape);
}

export function layerOf(style: Style, kind: string, options: string, inputShape: readonly number[]): string {
  return style === 'fit'
    ? `tf.layers.${kind}({ ${options} })`
    : `tf.sequential({ layers: [tf.layers.${kind}({ ${options}, inputShape: [${inputShape.join(', ')}] })] })`;
}

/** Tower and head of a task. In a loop a class's head gives logits, which its loss takes. */
export function towerLayers(style: Style, { name, kind }: BaseTask, inputs: number): string[] {
  const head =
    kind === 'regression'
      ? `units: 1, name: '${name}'`
      : style === 'fit'
        ? `units: ${CLASSES}, activation: 'softmax', name: '${name}'`
        : `units: ${CLASSES}, name: '${name}'`;
  return [
    `const ${name}Tower = ${layer(style, `units: 16, activation: 'relu', name: '${name}_tower'`, [inputs])};`,
    `const ${name}Head = ${layer(style, head, [16])};`,
  ];
}
