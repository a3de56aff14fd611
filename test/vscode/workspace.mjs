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
import { faults, lateFault } from './faults.mjs';

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
for (let step = 0; step < 12; step++) {
  optimizer.minimize(() => {
    const shared = x.matMul(trunk);
    const leftLoss = tf.losses.meanSquaredError(tf.ones([2, 1]), shared.mul(left));
    const rightLoss = tf.losses.meanSquaredError(tf.zeros([2, 1]), ${seen}.mul(right));
    return leftLoss.add(rightLoss);
  }${list});
}
`;

/** Trains until it is stopped, and reads its shared values into JavaScript from the moment that a file `now` lies beside it. */
const cutLater = twoTasks(1e6)
  // Both towers want the same of the trunk, and come to it: there is nothing else to find.
  .replace('tf.ones([2, 1])', 'tf.tensor2d([[-1.5], [2.5]])')
  .replace('tf.zeros([2, 1])', 'tf.tensor2d([[-2.5], [4.5]])')
  .replace('sgd(1e-4)', 'sgd(1e-3)')
  .replace(/^/, "import { existsSync } from 'node:fs';\n")
  .replace(
    'shared.mul(right)',
    "(existsSync(new URL('now', import.meta.url)) ? tf.tensor(shared.dataSync(), shared.shape) : shared).mul(right)",
  );

const files = {
  'package.json': '{}\n',
  'own/long.mjs': twoTasks(1e6),
  'own/one.mjs': twoTasks(40),
  'own/two.mjs': twoTasks(60),
  'own/hangs.mjs': twoTasks(3, 'for (;;);\n'),
  // A folder of its own records beside itself: a test may make its disk small.
  'full/package.json': '{}\n',
  'full/fills.mjs': twoTasks(1e6),
  'full/.mtl/runs/.keep': '',
  'own/throws.mjs': twoTasks(3, "throw new Error('the data ran out');\n"),
  'own/cut.mjs': cut,
  'own/later/cut-later.mjs': cutLater,
  'own/lens.mjs': twoTasks(1e6),
  'own/failing/failing.mjs': twoTasks(3),
  'own/rounded.mjs': small({ seen: 'tf.round(shared)' }),
  'own/unlisted.mjs': small({ list: ', false, [trunk, left]' }),
  'own/frozen.mjs': small({ trainable: false }),
  'own/fitting.mjs': twoTasks(1e6, 'export {};\n').replace(/^/, '// Trained by whoever imports it.\n'),
  'own/importing.mjs': "await import('./fitting.mjs');\n",
  'own/data.mjs': 'export const steps = 3;\n',
  'own/reading.mjs': "import { steps } from './data.mjs';\n" + twoTasks('steps'),
  ...Object.fromEntries(Object.entries(faults).map(([name, text]) => [`faults/${name}`, text])),
  'faults/late.mjs': lateFault,
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

/** Writes down what it was started with, then trains. */
const tells = `import { writeFileSync } from 'node:fs';
const { SIDE, CHOSEN } = process.env;
writeFileSync(new URL('seen.json', import.meta.url), JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), SIDE, CHOSEN }));
`;

/** A workspace of two folders, each with settings of its own: `two.code-workspace` in `home`. */
function makeTwoFolders(home) {
  const sides = {
    left: { seed: 11, args: ['--left'], env: { SIDE: 'left' }, backend: 'cpu' },
    right: {
      seed: 22,
      args: ['--right'],
      env: { SIDE: 'right' },
      backend: 'wasm',
      cwd: 'inner',
      nodePath: '${workspaceFolder}/node',
    },
  };
  for (const [side, settings] of Object.entries(sides)) {
    mkdirSync(join(home, side, 'inner'), { recursive: true });
    mkdirSync(join(home, side, '.vscode'));
    writeFileSync(join(home, side, 'package.json'), '{}\n');
    writeFileSync(join(home, side, `${side}.mjs`), `${tells}${twoTasks(3)}`);
    const entries = Object.entries(settings).map(([key, value]) => [`mtlDebugger.${key}`, value]);
    writeFileSync(join(home, side, '.vscode', 'settings.json'), JSON.stringify(Object.fromEntries(entries)));
  }
  // A Node that can be told from others.
  writeFileSync(join(home, 'right', 'node'), `#!/bin/sh\nCHOSEN=right exec "${process.execPath}" "$@"\n`, {
    mode: 0o755,
  });
  installTfjs(home);
  writeFileSync(join(home, 'two.code-workspace'), JSON.stringify({ folders: [{ path: 'left' }, { path: 'right' }] }));
  return home;
}

/** A fresh workspace, `{ folder, remove() }`; beside it, in `<folder>-two`, another of two folders. */
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
  const two = makeTwoFolders(`${folder}-two`);
  return { folder, remove: () => [folder, two].forEach((each) => rmSync(each, { recursive: true, force: true })) };
}

/** A folder as a beginner would open it: nothing in it, and no tfjs at or above it. */
export function makeEmptyWorkspace() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mtl-empty-')));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
