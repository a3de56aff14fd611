import { CLASSES, layerOf, towerLayers, type Base, type BaseTask } from './base.ts';

const a: BaseTask = { name: 'bar', kind: 'classification' };
const b: BaseTask = { name: 'light', kind: 'regression' };

/** Height and width of an image. */
export const SIDE = 8;

/** A convolutional trunk with two heads: which way a bar runs, and how bright it is. */
export const convolution: Base = {
  name: 'convolution',
  about: 'Images: which way a bar runs, and how bright it is.',
  backend: 'wasm',
  a,
  b,
  towerInput: () => 'shared',
  trunk: ['trunk'],
  freezeTrunk: (trainable) => `trunk.trainable = ${trainable};`,
  layers: (style) => [
    `const trunk = ${layerOf(style, 'conv2d', "filters: 8, kernelSize: 3, activation: 'relu', name: 'trunk'", [SIDE, SIDE, 1])};`,
    'const pool = tf.layers.maxPooling2d({ poolSize: 2 });',
    'const flat = tf.layers.flatten();',
    ...[a, b].flatMap((task) => towerLayers(style, task, 72)),
  ],
  shared: () => ['const shared = flat.apply(pool.apply(trunk.apply(inputs)));'],
  classes: () => [],
  inputShape: [SIDE, SIDE, 1],
  data: [
    `/** Images of ${SIDE} by ${SIDE}: a bar through the middle in one of ${CLASSES} directions, more or less bright. */`,
    'function data(rows) {',
    '  const { uniform, normal } = randomNumbers(seed);',
    `  const ways = [[0, 1], [1, 1], [1, 0], [1, -1]];`,
    `  const bars = Array.from({ length: rows }, () => Math.floor(uniform() * ${CLASSES}));`,
    '  const lights = bars.map(() => 3 * uniform() - 1.5);',
    '  const image = (bar, light) => {',
    '    const [down, right] = ways[bar];',
    `    const pixels = Array.from({ length: ${SIDE} }, () => Array.from({ length: ${SIDE} }, () => [0.1 * normal()]));`,
    '    for (let i = -3; i <= 3; i++) {',
    '      pixels[4 + i * down][4 + i * right][0] += 2.5 + light;',
    '    }',
    '    return pixels;',
    '  };',
    '  return {',
    '    x: tf.tensor4d(bars.map((bar, i) => image(bar, lights[i]))),',
    '    bar: tf.tensor1d(bars),',
    '    light: tf.tensor2d(lights.map((light) => [light + 0.1 * normal()])),',
    '  };',
    '}',
  ],
};
