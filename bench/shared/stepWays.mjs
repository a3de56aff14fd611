// One way to make a step of the reference model, in a process of its own that takes turns with others:
// `node stepWays.mjs AGE WAY TASKS PORT`, started by playWays.mjs.
import { createRequire } from 'node:module';
import * as sources from '../../dist/bench/stepWays.mjs';
import { referenceModel } from './referenceModel.mjs';
import { takeTurnsAt } from './turnTaking.mjs';
import { watchThisProcess } from './watchThisProcess.mjs';

const { useWasmBackend, WithinBudget } = sources;
const [, , age, way, tasks, port] = process.argv;
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
require('@tensorflow/tfjs-backend-wasm');
await useWasmBackend(tf, { load: require }, true);
const { model, x, y, trunk, trunkVariables } = referenceModel(tf, Number(tasks));

/**
 * Steps before the first turn. In those of few rows code is compiled: what runs a hundred times in a step, as most of tfjs does, within some
 * hundred steps; what runs once in a step, as watching does, within some 3,000. Then the budget finds its spacing. Up to step 500 every step
 * may be looked at in full, later the record has no room for it: the turns of a `young` run are over before. The curvature is asked for at
 * 1, 2, 4, … 4,096, and at no step of a turn.
 */
const WARM_UPS = { young: { fewRows: 340, allRows: 60 }, old: { fewRows: 3_000, allRows: 60 } };
const warmUp = WARM_UPS[age];
const FEW = 16;

/** Looks at the shared boundary and at nothing else, as often as the default budget would in this way. */
function shallowAlone() {
  const inner = new WithinBudget(0.05);
  const next = (site) => {
    const watch = inner.next(site);
    return watch.depth === 'shallow' && !watch.halves ? watch : { depth: 'losses', halves: false };
  };
  return { next, note() {}, took: (...of) => inner.took(...of), watchesGradients: false, overhead: null };
}

/** Looks at every step in the same way. */
const always = (watch) => ({ next: () => watch, note() {}, took() {}, watchesGradients: false, overhead: null });

const watched = {
  losses: { every: 0 },
  deep: { schedule: always({ depth: 'deep', halves: false }) },
  halves: { schedule: always({ depth: 'shallow', halves: true }) },
  shallow: { schedule: always({ depth: 'shallow', halves: false }) },
  spaced: { schedule: shallowAlone() },
};

/** As a user would write it: every task's gradients by a pass of their own, for their norms, and then the step. */
async function naiveStep({ x, y }) {
  for (const [task, labels] of y.entries()) {
    const { value, grads } = tf.variableGrads(() => {
      const predictions = model.apply(x, { training: true });
      return tf.losses.meanSquaredError(labels, [predictions].flat()[task]);
    });
    const norms = tf.tidy(() => Object.values(grads).map((gradient) => tf.norm(gradient)));
    for (const norm of norms) {
      norm.dataSync();
    }
    tf.dispose([value, grads, norms]);
  }
  await model.trainOnBatch(x, y);
}

/** One walk back through the trunk is its `both` less its `forward`. */
const forward = ({ x, weights }) => tf.tidy(() => void trunk.apply(x).mul(weights).sum());
const both = ({ x, weights }) => {
  const { value, grads } = tf.variableGrads(() => trunk.apply(x).mul(weights).sum(), trunkVariables);
  tf.dispose([value, grads]);
};

const step = { naive: naiveStep, forward, both }[way] ?? (({ x, y }) => model.trainOnBatch(x, y));
if (way in watched) {
  watchThisProcess({ tf, sources }, watched[way]);
}
const firstRows = (tensor) => tensor.slice(0, FEW);
const batch = { x, y, weights: tf.ones([256, 256]) };
const few = { x: firstRows(x), y: y.map(firstRows), weights: firstRows(batch.weights) };
const run = async (steps, rows = batch) => {
  for (let i = 0; i < steps; i++) {
    await step(rows);
  }
};
await run(warmUp.fewRows, few);
await run(warmUp.allRows);
await takeTurnsAt(Number(port), way, run);
process.exit(0);
