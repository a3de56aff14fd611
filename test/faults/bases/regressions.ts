import { layer, towerLayers, type Base, type BaseTask } from './base.ts';
import { COLUMNS, tabularData } from './tabular.ts';

const a: BaseTask = { name: 'price', kind: 'regression' };
const b: BaseTask = { name: 'rent', kind: 'regression' };

/** Hard sharing: two regressions on one trunk. */
export const regressions: Base = hardSharing('regressions', 'Homes: price and rent share a trunk.', a, b);

/** Hard sharing: a classification and a regression on one trunk. */
export const mixed: Base = hardSharing(
  'mixed',
  'Penguins: species and body mass share a trunk.',
  { name: 'species', kind: 'classification' },
  { name: 'mass', kind: 'regression' },
);

function hardSharing(name: Base['name'], about: string, first: BaseTask, second: BaseTask): Base {
  return {
    name,
    about,
    backend: 'wasm',
    a: first,
    b: second,
    towerInput: () => 'shared',
    trunk: ['trunk'],
    freezeTrunk: (trainable) => `trunk.trainable = ${trainable};`,
    layers: (style) => [
      `const trunk = ${layer(style, `units: 16, activation: 'relu', name: 'trunk'`, [COLUMNS])};`,
      ...[first, second].flatMap((task) => towerLayers(style, task, 16)),
    ],
    shared: () => ['const shared = trunk.apply(inputs);'],
    classes: () => [],
    inputShape: [COLUMNS],
    data: tabularData([first, second]),
  };
}
