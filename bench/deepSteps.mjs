// What one step costs that is looked at, against what it is made of and against what people write by hand: processor time of
// this process, ways that take turns, medians over single steps. The wasm backend.
import { createRequire } from 'node:module';
import { atLeast, atMost, median } from './shared/figures.mjs';
import { referenceModel } from './shared/referenceModel.mjs';
import { loadTrainerSources } from './shared/trainerSources.mjs';
import { watchThisProcess } from './shared/watchThisProcess.mjs';

const require = createRequire(import.meta.url);
const [ROUNDS, STEPS, WARM_UP] = [14, 12, 8];
/** Steps in which the budget finds its spacing, and in which it is counted. */
const [SETTLING, COUNTED] = [60, 120];

/** Processor time in milliseconds. */
async function timeOf(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Looks at the shared boundary and at nothing else, as often as `inner` would in this way; counts how often that is. */
function shallowAlone(inner) {
  const losses = { depth: 'losses', halves: false };
  const counts = { steps: 0, looks: 0 };
  const next = (site) => {
    const watch = inner.next(site);
    const isShallow = watch.depth === 'shallow' && !watch.halves;
    counts.steps++;
    counts.looks += isShallow ? 1 : 0;
    return isShallow ? watch : losses;
  };
  const schedule = { next, note() {}, took: (...of) => inner.took(...of), watchesGradients: false, overhead: null };
  return { schedule, counts };
}

const everyStep = { next: () => ({ depth: 'shallow', halves: false }), note() {}, took() {}, watchesGradients: false, overhead: null };

/** As a user would write it: every task's gradients by a pass of their own, for their norms, and then the step. */
async function naiveStep(tf, { model, x, y }) {
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

/** One walk back through the trunk: with its forward pass, less a forward pass alone. */
function trunkWalk(tf, { trunk, trunkVariables, x }) {
  const weights = tf.ones([256, 256]);
  const forward = () => tf.tidy(() => void trunk.apply(x).mul(weights).sum());
  const both = () => {
    const { value, grads } = tf.variableGrads(() => trunk.apply(x).mul(weights).sum(), trunkVariables);
    tf.dispose([value, grads]);
  };
  return { forward, both };
}

export async function measure({ say }) {
  const { useWasmBackend, installObservation, WithinBudget } = await loadTrainerSources(
    'deepSteps',
    `export { useWasmBackend } from './backend/wasm/wasmBackend.ts';
     export { WithinBudget } from '../core/schedule/withinBudget.ts';
     export { installObservation } from './observe/installObservation.ts';`,
  );
  const tf = require('@tensorflow/tfjs');
  require('@tensorflow/tfjs-backend-wasm');
  await useWasmBackend(tf, { load: require }, true);
  const tools = { tf, installObservation };
  const rows = [];
  const row = (figure, value) => {
    rows.push(figure);
    say(`${figure.name}: ${value.toFixed(3)}`);
  };
  for (const tasks of [2, 4, 8]) {
    const reference = referenceModel(tf, tasks);
    const { model, x, y } = reference;
    const walk = trunkWalk(tf, reference);
    const plain = () => model.trainOnBatch(x, y);
    const ways = {
      plain: { step: plain },
      losses: { step: plain, asked: { every: 0 } },
      deep: { step: plain, asked: { every: 1 } },
      shallow: { step: plain, asked: { schedule: everyStep } },
      naive: { step: () => naiveStep(tf, reference) },
      forward: { step: walk.forward },
      both: { step: walk.both },
    };
    const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, { step, asked }] of Object.entries(ways)) {
        const observation = asked === undefined ? null : watchThisProcess(tools, asked);
        for (let i = 0; i < WARM_UP; i++) {
          await step();
        }
        for (let i = 0; i < STEPS; i++) {
          times[name].push(await timeOf(step));
        }
        observation?.uninstall();
      }
    }
    const of = (way) => median(times[way]);
    const ideal = of('plain') + (tasks - 1) * (of('both') - of('forward'));
    say(`T = ${tasks}: plain ${of('plain').toFixed(1)} ms, one walk through the trunk ${(of('both') - of('forward')).toFixed(1)} ms`);
    const deep = of('deep') / ideal;
    row(atMost(1.15, `deep step over plain + ${tasks - 1} walks through the trunk, T = ${tasks}`, deep), deep);
    const naive = of('naive') / of('deep');
    row(atLeast(1.6, `naive deep step over ours, T = ${tasks}`, naive), naive);
    say(`T = ${tasks}: deep over plain ${(of('deep') / of('plain')).toFixed(2)}, naive over plain ${(of('naive') / of('plain')).toFixed(2)}`);
    const { schedule, counts } = shallowAlone(new WithinBudget(0.05));
    const observation = watchThisProcess(tools, { schedule });
    for (let i = 0; i < SETTLING + COUNTED; i++) {
      if (i === SETTLING) {
        Object.assign(counts, { steps: 0, looks: 0 });
      }
      await plain();
    }
    observation.uninstall();
    const share = counts.looks / counts.steps;
    const spaced = (of('losses') + share * (of('shallow') - of('losses'))) / of('plain');
    say(`T = ${tasks}: the default budget looks at the boundary at ${(100 * share).toFixed(0)} % of all steps`);
    row(atMost(1.03, `shallow, spaced by the default budget, over plain, T = ${tasks}`, spaced), spaced);
    say(`T = ${tasks}: shallow at every step over plain ${(of('shallow') / of('plain')).toFixed(3)}`);
    say(`T = ${tasks}: losses alone over plain ${(of('losses') / of('plain')).toFixed(3)}`);
  }
  return rows;
}
