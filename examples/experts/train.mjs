// Experts: three experts, mixed by a gate per task (MMoE), learn two regressions, in a loop of its own.
// The tasks' targets are made from directions at an angle: --relatedness 1 makes them the same, 0 (the default) unrelated.
// See: the tasks `first` and `second` with their gates and towers as groups of their own, the experts shared by both; at 0
// the cosine between the tasks' gradients in the experts lies near 0, at 1 it rises to about 0.25 within a few epochs.
// No fault is hidden here. Both losses fall from about 0.5 in the first epoch to 0.02 in the 30th.
import * as tf from '@tensorflow/tfjs';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { epochs: { type: 'string', default: '30' }, relatedness: { type: 'string', default: '0' } },
});
const features = 100;
const experts = 3;
const rows = 1000;
const batchSize = 50;
const { uniform, normal } = randomNumbers(3);
const { x, first, second } = relatedTargets(Number(options.relatedness));

const expertLayers = Array.from({ length: experts }, (_, i) => network(`expert${i + 1}`, features, [16, 16], 'relu'));
const firstGate = network('first_gate', features, [experts], 'softmax');
const secondGate = network('second_gate', features, [experts], 'softmax');
const firstTower = network('first_tower', 16, [8], 'relu', 1);
const secondTower = network('second_tower', 16, [8], 'relu', 1);

/** Dense layers of these sizes; `outputs` adds a linear one. */
function network(name, inputs, sizes, activation, outputs) {
  const net = tf.sequential({ name });
  sizes.forEach((units, i) =>
    net.add(tf.layers.dense({ units, activation, inputShape: i === 0 ? [inputs] : undefined })),
  );
  if (outputs !== undefined) {
    net.add(tf.layers.dense({ units: outputs }));
  }
  return net;
}

/** The experts' answers [batch, 3, 16], weighted by the gate [batch, 3] and summed: [batch, 16]. */
function mixed(answers, gate) {
  return answers.mul(gate.expandDims(2)).sum(1);
}

const optimizer = tf.train.adam(2e-3);
for (let epoch = 1; epoch <= Number(options.epochs); epoch++) {
  const totals = { first: 0, second: 0 };
  for (let start = 0; start < rows; start += batchSize) {
    tf.tidy(() => {
      const xs = x.slice([start, 0], [batchSize, -1]);
      const firstTarget = first.slice([start, 0], [batchSize, -1]);
      const secondTarget = second.slice([start, 0], [batchSize, -1]);
      optimizer.minimize(() => {
        const answers = tf.stack(
          expertLayers.map((expert) => expert.apply(xs)),
          1,
        );
        const firstAnswer = firstTower.apply(mixed(answers, firstGate.apply(xs)));
        const secondAnswer = secondTower.apply(mixed(answers, secondGate.apply(xs)));
        const firstLoss = tf.losses.meanSquaredError(firstTarget, firstAnswer);
        const secondLoss = tf.losses.meanSquaredError(secondTarget, secondAnswer);
        totals.first += firstLoss.dataSync()[0];
        totals.second += secondLoss.dataSync()[0];
        return firstLoss.add(secondLoss);
      });
    });
  }
  const batches = rows / batchSize;
  console.log(
    `epoch ${epoch}: first loss ${(totals.first / batches).toFixed(4)}, second loss ${(totals.second / batches).toFixed(4)}`,
  );
  await tf.nextFrame();
}

/**
 * Two regressions whose relatedness is chosen (J. Ma et al., Modeling Task Relationships in Multi-task Learning with
 * Multi-gate Mixture-of-Experts, KDD 2018): y = w.x + sum of sin(alpha w.x + beta) + noise, with the two w at an angle.
 */
function relatedTargets(relatedness) {
  const scale = 0.3;
  const u = unit(Array.from({ length: features }, normal));
  const raw = Array.from({ length: features }, normal);
  const along = dot(u, raw);
  const v = unit(raw.map((value, i) => value - along * u[i]));
  const w1 = u.map((value) => scale * value);
  const w2 = u.map((value, i) => scale * (relatedness * value + Math.sqrt(1 - relatedness ** 2) * v[i]));
  const waves = Array.from({ length: 5 }, () => ({ alpha: 5 * uniform(), beta: 2 * Math.PI * uniform() }));
  const target = (w, row) => {
    const projected = dot(w, row);
    return (
      projected + waves.reduce((sum, { alpha, beta }) => sum + Math.sin(alpha * projected + beta), 0) + 0.1 * normal()
    );
  };
  const data = Array.from({ length: rows }, () => Array.from({ length: features }, normal));
  return {
    x: tf.tensor2d(data),
    first: tf.tensor2d(data.map((row) => [target(w1, row)])),
    second: tf.tensor2d(data.map((row) => [target(w2, row)])),
  };
}

function dot(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function unit(vector) {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

/** Park and Miller's generator, and Box and Muller's way from it to a normal distribution. */
function randomNumbers(seed) {
  let state = seed;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}
