import { layer, type Base, type BaseTask, type Style } from '../bases/base.ts';
import { baseScript } from '../bases/baseScript.ts';
import { marked } from '../markers.ts';
import { insertBefore, replace } from '../scriptText.ts';
import { beforeModel, changeFeatures, ownLoss, throughOwn, withColumns } from './edits.ts';
import type { Fault } from './fault.ts';

/** Faults of paths: a gradient does not get where it should. */
export const PATH_FAULTS: readonly Fault[] = [
  {
    id: 'detach',
    about: '`tf.tensor(h.dataSync())` before the tower of b',
    exact: true,
    rules: ['detach'],
    seed: (base, style) => ({
      script: throughOwn(
        baseScript(base, style),
        base,
        style,
        base.b,
        'Copy',
        (h) => `tf.tensor(${marked('detach', `${h}.dataSync()`)}, ${h}.shape)`,
      ),
      tasks: [base.b.name],
    }),
  },
  {
    id: 'customGradient',
    about: 'custom gradient of zero on the trunk, for a',
    exact: true,
    rules: ['customGradient', 'blocked'],
    seed: (base, style) => ({
      script: beforeModel(
        throughOwn(baseScript(base, style), base, style, base.a, 'Stop', (h) =>
          marked('customGradient', `stopped(${h})`),
        ),
        style,
        ['const stopped = tf.customGrad((h) => ({ value: h.clone(), gradFunc: (dy) => dy.zerosLike() }));'],
      ),
      tasks: [base.a.name],
    }),
  },
  {
    id: 'brokenStopGradient',
    about: 'stop-gradient declared at a prediction, and missing at its second use',
    exact: true,
    rules: ['brokenStopGradient'],
    seed: (base, style) => ({ script: usesPrediction(base, style, true), tasks: [base.a.name, base.b.name] }),
  },
  {
    id: 'round',
    about: '`round` on the path of b',
    exact: true,
    rules: ['zeroGradient'],
    seed: (base, style) => ({
      script: ownLoss(
        baseScript(base, style),
        style,
        base.b,
        'roundedError',
        (target, prediction) =>
          `${target}.sub(${marked('zeroGradient', `${prediction}.round()`)}).square().mean(-1)${total(style)}`,
      ),
      tasks: [base.b.name],
    }),
  },
  {
    id: 'argMax',
    about: '`argMax` on the path of a',
    exact: true,
    rules: ['zeroGradient'],
    seed: (base, style) =>
      base.a.kind === 'regression'
        ? null
        : {
            script: ownLoss(
              withColumns(baseScript(base, style), style, base.a),
              style,
              base.a,
              'wrongClasses',
              (target, prediction) =>
                `${marked('zeroGradient', `${prediction}.argMax(-1)`)}.toFloat().sub(${style === 'fit' ? `${target}.argMax(-1)` : target}).square()${total(style)}`,
            ),
            tasks: [base.a.name],
          },
  },
  {
    id: 'intCast',
    about: "`cast('int32')` before the tower of b",
    exact: true,
    rules: ['passThrough'],
    seed: (base, style) => ({
      script: throughOwn(
        baseScript(base, style),
        base,
        style,
        base.b,
        'Whole',
        (h) => `${marked('passThrough', `${h}.mul(10).cast('int32')`)}.cast('float32').div(10)`,
      ),
      tasks: [base.b.name],
    }),
  },
  {
    id: 'topK',
    about: '`topk` in the loss of b',
    exact: true,
    rules: ['noGradient'],
    seed: (base, style) => ({
      script: ownLoss(
        baseScript(base, style),
        style,
        base.b,
        'worstHalf',
        (target, prediction) =>
          `${marked('noGradient', `tf.topk(${target}.sub(${prediction}).square().flatten(), batchSize / 2)`)}.values.mean()`,
      ),
      tasks: [base.b.name],
    }),
  },
  {
    id: 'unusedHead',
    about: 'head c not in the loss',
    exact: true,
    rules: ['unusedOutput'],
    seed: (base, style) =>
      style === 'fit'
        ? null
        : {
            script: insertBefore(
              insertBefore(baseScript(base, style), 'const optimizer', [
                `const ageHead = ${replace(layer(style, "units: 1, name: 'age'", [featuresOf(base)]), ageLayer(base), marked('unusedOutput', ageLayer(base)))};`,
              ]),
              `const ${base.a.name}Loss`,
              [`const age = ${marked('unusedOutput', `ageHead.apply(${base.towerInput(base.a)})`)};`],
            ),
            tasks: [],
            names: ['age'],
          },
  },
  {
    id: 'notListed',
    about: 'head of b not in `varList`',
    exact: true,
    rules: ['notListed'],
    seed: (base, style) => (style === 'fit' ? null : { script: withList(base), tasks: [base.b.name] }),
  },
  {
    id: 'frozenTrunk',
    about: 'trunk left `trainable = false`',
    exact: true,
    rules: ['frozenGroup'],
    seed: (base, style) => ({
      script: insertBefore(baseScript(base, style), style === 'fit' ? 'model.compile' : 'const optimizer', [
        base.name === 'experts'
          ? `experts.forEach((expert) => (${marked('frozenGroup', 'expert.trainable = false')}));`
          : `${marked('frozenGroup', 'trunk.trainable = false')};`,
      ]),
      tasks: [base.a.name, base.b.name],
    }),
  },
];

/** In a loop, a loss is one value. */
function total(style: Style): string {
  return style === 'loop' ? '.mean()' : '';
}

function ageLayer(base: Base): string {
  return `tf.layers.dense({ units: 1, name: 'age', inputShape: [${featuresOf(base)}] })`;
}

function featuresOf(base: Base): number {
  return base.name === 'convolution' ? 72 : 16;
}

function outputsOf({ kind }: BaseTask): number {
  return kind === 'regression' ? 1 : 4;
}

/** The tower of b reads a's prediction, behind a stop-gradient; `broken`: and once more without one. */
export function usesPrediction(base: Base, style: Style, broken: boolean): string {
  const { a, b } = base;
  const [outside, width] = [broken, outputsOf(a)];
  const script = replace(
    baseScript(base, style),
    "from '@tensorflow/tfjs';",
    `from '@tensorflow/tfjs';\nimport { ${style === 'fit' ? 'layers' : 'stopGradient'} } from 'mtl-debugger';`,
  );
  const mark = (text: string): string => (broken ? marked('brokenStopGradient', text) : text);
  if (style === 'fit') {
    return changeFeatures(script, base, b, (features) => {
      const stopped = mark(`${mark(`layers.stopGradient({ name: '${a.name}_feature' })`)}.apply(${a.name})`);
      return `tf.layers.concatenate().apply([${features}, ${stopped}${outside ? `, ${a.name}` : ''}])`;
    });
  }
  const size = featuresOf(base);
  return replace(
    changeFeatures(
      script,
      base,
      b,
      (features) =>
        `tf.concat([${features}, ${mark(`stopGradient(${a.name})`)}${outside ? `, ${a.name}.square()` : ''}], 1)`,
    ),
    `name: '${b.name}_tower', inputShape: [${size}]`,
    `name: '${b.name}_tower', inputShape: [${size + (outside ? 2 : 1) * width}]`,
  );
}

/** The loss as a function of its own, and a list that lacks b's tower and head. */
function withList(base: Base): string {
  const networks = [
    ...(base.name === 'experts' ? ['...experts', `${base.a.name}Gate`, `${base.b.name}Gate`] : ['trunk']),
    `${base.a.name}Tower`,
    `${base.a.name}Head`,
  ];
  const list = `[${networks.join(', ')}].flatMap((network) => network.getWeights())`;
  const script = replace(baseScript(base, 'loop'), 'optimizer.minimize(() => {', 'const totalLoss = () => {');
  return replace(
    script,
    '      });\n    });\n',
    `      };\n      optimizer.minimize(totalLoss, false, ${marked('notListed', list)});\n    });\n`,
  );
}
