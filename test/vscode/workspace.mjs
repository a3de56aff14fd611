// A folder as a user would open it: the examples and a few scripts of one's own, with a tfjs installed.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../../scripts/setup.mjs';

/** Two tasks and one shared variable; `steps` of them, each giving way to the event loop. */
const twoTasks = (steps, after = '') => `import * as tf from '@tensorflow/tfjs';

const trunk = tf.variable(tf.tensor2d([[0.5], [-0.25]]), true, 'trunk');
const left = tf.variable(tf.scalar(1), true, 'left');
const right = tf.variable(tf.scalar(2), true, 'right');
const x = tf.tensor2d([[1, 2], [3, 4]]);
const optimizer = tf.train.sgd(1e-4);
for (let step = 0; step < ${steps}; step++) {
  optimizer.minimize(() => {
    const shared = x.matMul(trunk);
    const leftLoss = tf.losses.meanSquaredError(tf.ones([2, 1]), shared.mul(left));
    const rightLoss = tf.losses.meanSquaredError(tf.zeros([2, 1]), shared.mul(right));
    return leftLoss.add(rightLoss);
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
}
${after}`;

/** A tower that reads a copy of the trunk's values; its arguments take the fault away, prolong the run, or break it. */
const cut = `import * as tf from '@tensorflow/tfjs';

const has = (name) => process.argv.includes(name);
const trunk = tf.variable(tf.tensor2d([[0.5], [-0.25]]), true, 'trunk');
const left = tf.variable(tf.scalar(1), true, 'left');
const right = tf.variable(tf.scalar(2), true, 'right');
const x = tf.tensor2d([[1, 2], [3, 4]]);
const optimizer = tf.train.sgd(1e-4);
if (has('--no-data')) throw new Error('there are no data');

for (let step = 0; step < (has('--long') ? 1e6 : 3); step++) {
  optimizer.minimize(() => {
    const shared = x.matMul(trunk);
    const seen = has('--whole') ? shared : tf.tensor(shared.dataSync(), shared.shape);
    const leftLoss = tf.losses.meanSquaredError(tf.ones([2, 1]), shared.mul(left));
    const rightLoss = tf.losses.meanSquaredError(tf.zeros([2, 1]), seen.mul(right));
    return leftLoss.add(rightLoss);
  });
  if (has('--long')) await new Promise((resolve) => setTimeout(resolve, 5));
}
`;

/** One shared variable and two towers, trained by `minimize` over `list`; `seen` is what the right tower reads. */
const small = ({ seen = 'shared', trainable = true, list = '' }) => `import * as tf from '@tensorflow/tfjs';

const trunk = tf.variable(tf.tensor2d([[0.5], [-0.25]]), ${trainable}, 'trunk');
const left = tf.variable(tf.scalar(1), true, 'left');
const right = tf.variable(tf.scalar(2), true, 'right');
const x = tf.tensor2d([[1, 2], [3, 4]]);
const optimizer = tf.train.sgd(1e-4);
for (let step = 0; step < 3; step++) {
  optimizer.minimize(() => {
    const shared = x.matMul(trunk);
    const leftLoss = tf.losses.meanSquaredError(tf.ones([2, 1]), shared.mul(left));
    const rightLoss = tf.losses.meanSquaredError(tf.zeros([2, 1]), ${seen}.mul(right));
    return leftLoss.add(rightLoss);
  }${list});
}
`;

const files = {
  'package.json': '{}\n',
  'own/long.mjs': twoTasks(1e6),
  'own/one.mjs': twoTasks(40),
  'own/two.mjs': twoTasks(60),
  'own/throws.mjs': twoTasks(3, "throw new Error('the data ran out');\n"),
  'own/cut.mjs': cut,
  'own/lens.mjs': twoTasks(1e6),
  'own/rounded.mjs': small({ seen: 'tf.round(shared)' }),
  'own/unlisted.mjs': small({ list: ', false, [trunk, left]' }),
  'own/frozen.mjs': small({ trainable: false }),
  'own/fitting.mjs': twoTasks(1e6, 'export {};\n').replace(/^/, '// Trained by whoever imports it.\n'),
  'own/importing.mjs': "await import('./fitting.mjs');\n",
  'own/data.mjs': 'export const steps = 3;\n',
  'own/reading.mjs': "import { steps } from './data.mjs';\n" + twoTasks('steps'),
  'own/notes.txt': 'not a training script\n',
};

/** Gives a folder a tfjs to import. */
function installTfjs(folder) {
  mkdirSync(join(folder, 'node_modules', '@tensorflow'), { recursive: true });
  for (const name of ['tfjs', 'tfjs-backend-wasm']) {
    symlinkSync(
      join(root, 'node_modules', '@tensorflow', name),
      join(folder, 'node_modules', '@tensorflow', name),
      'junction',
    );
  }
}

/** A fresh workspace, `{ folder, remove() }`. */
export function makeWorkspace() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mtl-workspace-')));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  for (const example of ['penguins', 'feed']) {
    cpSync(join(root, 'examples', example), join(folder, example), { recursive: true });
  }
  // The same with its fault switched on, for those who pass no arguments.
  cpSync(join(folder, 'feed'), join(folder, 'detached'), { recursive: true });
  const loop = readFileSync(join(folder, 'feed', 'loop.mjs'), 'utf8');
  writeFileSync(
    join(folder, 'detached', 'loop.mjs'),
    loop
      .replace("type: 'boolean', default: false", "type: 'boolean', default: true")
      .replace("default: '12'", "default: '1'"),
  );
  installTfjs(folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
