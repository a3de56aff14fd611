// A folder as a user would open it: the examples and a few scripts of one's own, with a tfjs installed.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

const files = {
  'package.json': '{}\n',
  'own/long.mjs': twoTasks(1e6),
  'own/one.mjs': twoTasks(40),
  'own/two.mjs': twoTasks(60),
  'own/throws.mjs': twoTasks(3, "throw new Error('the data ran out');\n"),
  'own/notes.txt': 'not a training script\n',
};

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
    loop.replace("type: 'boolean', default: false", "type: 'boolean', default: true").replace("default: '12'", "default: '1'"),
  );
  mkdirSync(join(folder, 'node_modules', '@tensorflow'), { recursive: true });
  for (const name of ['tfjs', 'tfjs-backend-wasm']) {
    symlinkSync(join(root, 'node_modules', '@tensorflow', name), join(folder, 'node_modules', '@tensorflow', name), 'junction');
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A folder as a beginner would open it: nothing in it, and no tfjs at or above it. */
export function makeEmptyWorkspace() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mtl-empty-')));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
