import { layer, RATE, type Base, type Style } from '../bases/base.ts';
import { baseScript } from '../bases/baseScript.ts';
import { EXPERTS } from '../bases/experts.ts';
import { COLUMNS } from '../bases/tabular.ts';
import { marked } from '../markers.ts';
import { replace } from '../scriptText.ts';
import { changeTarget, trunkOption } from './edits.ts';
import type { Fault } from './fault.ts';

/** Faults of rates, starts and units. */
export const UNIT_FAULTS: readonly Fault[] = [
  {
    id: 'rateTimes100',
    about: 'learning rate × 100',
    exact: false,
    rules: ['rateTooHigh', 'exploding', 'nonFinite'],
    seed: (base, style) => ({ script: withRate(base, style, RATE * 100, 'rateTooHigh'), tasks: [] }),
  },
  {
    id: 'rateOver1000',
    about: 'learning rate ÷ 1000',
    exact: false,
    rules: ['rateTooLow'],
    seed: (base, style) => ({ script: withRate(base, style, RATE / 1000, 'rateTooLow'), tasks: [] }),
  },
  {
    id: 'deadBias',
    about: 'bias of the trunk −10',
    exact: false,
    rules: ['dyingUnits', 'dead'],
    seed: (base, style) => ({
      script: trunkOption(
        baseScript(base, style),
        base,
        marked('dyingUnits', 'biasInitializer: tf.initializers.constant({ value: -10 })'),
      ),
      tasks: [],
      names: base.trunk,
    }),
  },
  {
    id: 'zeroInit',
    about: 'kernel of the trunk starts at 0',
    exact: true,
    rules: ['symmetry'],
    seed: (base, style) => ({
      script: trunkOption(baseScript(base, style), base, marked('symmetry', "kernelInitializer: 'zeros'")),
      tasks: [],
      names: base.trunk,
    }),
  },
  {
    id: 'wideInit',
    about: 'kernel of a tanh trunk starts at N(0, 5)',
    exact: false,
    rules: ['saturation', 'exploding'],
    seed: (base, style) => ({
      script: trunkOption(
        replace(
          baseScript(base, style),
          "activation: 'relu', name: " + trunkName(base),
          "activation: 'tanh', name: " + trunkName(base),
        ),
        base,
        marked('saturation', 'kernelInitializer: tf.initializers.randomNormal({ mean: 0, stddev: 5 })'),
      ),
      tasks: [],
      names: base.trunk,
    }),
  },
  {
    id: 'gateTimes50',
    about: 'logits of the gate of b × 50',
    exact: false,
    rules: ['gateCollapse'],
    seed: (base, style) => (base.name === 'experts' ? { script: sharpGate(base, style), tasks: [base.b.name] } : null),
  },
  {
    id: 'deepSigmoid',
    about: 'trunk of 12 sigmoid layers',
    exact: false,
    rules: ['vanishing'],
    seed: (base, style) =>
      base.name === 'regressions' || base.name === 'mixed'
        ? {
            script: replace(
              replace(
                baseScript(base, style),
                `const trunk = ${layer(style, "units: 16, activation: 'relu', name: 'trunk'", [COLUMNS])};`,
                `const trunk = Array.from({ length: 12 }, (_, i) => ${layer(
                  style,
                  `units: 16, ${marked('vanishing', "activation: 'sigmoid'")}, name: \`trunk\${i + 1}\``,
                  [COLUMNS],
                )});`,
              ),
              'trunk.apply(inputs)',
              'trunk.reduce((h, layer) => layer.apply(h), inputs)',
            ),
            tasks: [],
            names: Array.from({ length: 12 }, (_, i) => `trunk${i + 1}`),
          }
        : null,
  },
  {
    id: 'opposedTasks',
    about: 'y_b = −y_a on a shared output',
    exact: false,
    rules: ['conflict'],
    seed: (base, style) =>
      base.name === 'regressions'
        ? { script: sharedOutput(base, style, true), tasks: [base.a.name, base.b.name], names: ['shared'] }
        : null,
  },
];

function trunkName({ name }: Base): string {
  return name === 'experts' ? '`expert${i}`' : "'trunk'";
}

function withRate(base: Base, style: Style, rate: number, rule: string): string {
  return replace(baseScript(base, style), `adam(${RATE})`, `adam(${marked(rule, String(rate))})`);
}

/** The gate's logits are multiplied before the softmax. */
function sharpGate(base: Base, style: Style): string {
  const { name } = base.b;
  const linear = replace(
    baseScript(base, style),
    `units: ${EXPERTS}, activation: 'softmax', name: '${name}_gate'`,
    `units: ${EXPERTS}, name: '${name}_gate'`,
  );
  return style === 'loop'
    ? replace(
        linear,
        `${name}Gate.apply(inputs)`,
        `tf.softmax(${marked('gateCollapse', `${name}Gate.apply(inputs).mul(50)`)})`,
      )
    : replace(
        linear,
        `${name}Gate.apply(inputs)`,
        `tf.layers.softmax().apply(${marked('gateCollapse', `tf.layers.rescaling({ scale: 50 }).apply(${name}Gate.apply(inputs))`)})`,
      );
}

/** Both tasks read one output of the shared layers, each with an offset of its own. `opposed`: their targets have opposite signs. */
export function sharedOutput(base: Base, style: Style, opposed: boolean): string {
  const { a, b } = base;
  const lines = baseScript(base, style)
    .split('\n')
    .filter((line) => !/^const \w+(?:Tower|Head) =/.test(line))
    .flatMap((line) => {
      const isForward = new RegExp(`^( *)const (${a.name}|${b.name}) =`).exec(line);
      if (isForward !== null) {
        const [, depth = '', name = ''] = isForward;
        return [`${depth}const ${name} = ${name}Offset.apply(head.apply(shared));`];
      }
      return line.startsWith('const trunk') ? [line, ...sharedHead(style, a.name, b.name)] : [line];
    });
  const script = lines.join('\n');
  const target = opposed ? `y.${a.name}.neg()` : `y.${a.name}.add(1)`;
  return style === 'fit'
    ? changeTarget(script, style, b, () => target, opposed ? 'conflict' : null)
    : replace(script, `= y.${b.name}.slice(`, `= ${opposed ? marked('conflict', target) : target}.slice(`);
}

function sharedHead(style: Style, a: string, b: string): string[] {
  const offset = (name: string): string =>
    style === 'fit'
      ? `const ${name}Offset = new Offset({ name: '${name}' });`
      : `const ${name}Offset = tf.sequential({ layers: [new Offset({ name: '${name}', inputShape: [1] })] });`;
  return [
    `const head = ${layer(style, "units: 1, name: 'head'", [16])};`,
    '',
    '/** Adds one learnt number. */',
    'class Offset extends tf.layers.Layer {',
    "  static className = 'Offset';",
    '  build() {',
    "    this.offset = this.addWeight('offset', [1], 'float32', tf.initializers.zeros());",
    '    super.build();',
    '  }',
    '  call(inputs) {',
    '    return (Array.isArray(inputs) ? inputs[0] : inputs).add(this.offset.read());',
    '  }',
    '}',
    offset(a),
    offset(b),
  ];
}
