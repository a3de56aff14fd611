// Kendall: two regressions with noise of 10 and of 1, weighted by their uncertainty (Kendall, Gal and Cipolla, 2018).
// The weighting learns s = ln(variance) per task, and sigma = exp(s / 2) should come to the noise: about 9 and 0.9.
// Fault: too few epochs. Adam moves s by at most its rate, 0.001, per step, so from 0 to ln(73) takes 4,300 steps or more.
// See: after 250 epochs (5 steps each) sigma of `noisy` is still near 1.5, although the losses look healthy and the total
// falls. With --epochs 2000 the sigmas are 7.8 and 0.97, beside 8.9 and 1.0 that a straight line leaves over.
import * as tf from '@tensorflow/tfjs';
import { compileMultiTask, uncertainty } from 'mtl-debugger';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({ options: { epochs: { type: 'string', default: '250' } } });
const epochs = Number(options.epochs);
const { normal } = randomNumbers(8);
const points = Array.from({ length: 100 }, () => normal());
const noisyTargets = points.map((x) => 2 * x + 8 + 10 * normal());
const clearTargets = points.map((x) => 3 * x + 3 + normal());

const input = tf.input({ shape: [1] });
const trunk = tf.layers.dense({ units: 1024, activation: 'relu', name: 'trunk' }).apply(input);
const noisyHead = tf.layers.dense({ units: 1, name: 'noisy' }).apply(trunk);
const clearHead = tf.layers.dense({ units: 1, name: 'clear' }).apply(trunk);
const model = tf.model({ inputs: input, outputs: [noisyHead, clearHead] });

const weighting = uncertainty();
const mtl = compileMultiTask(model, {
  tasks: { noisy: { loss: 'meanSquaredError' }, clear: { loss: 'meanSquaredError' } },
  optimizer: (learningRate) => tf.train.adam(learningRate),
  learningRates: 1e-3,
  weighting,
});

const column = (values) => tf.tensor2d(values.map((value) => [value]));
await mtl.fit(
  column(points),
  { noisy: column(noisyTargets), clear: column(clearTargets) },
  {
    epochs,
    batchSize: 20,
    callbacks: {
      onEpochEnd: (epoch, { loss, noisy_loss: noisyLoss, clear_loss: clearLoss }) => {
        if ((epoch + 1) % 50 === 0 || epoch + 1 === epochs) {
          console.log(
            `epoch ${epoch + 1}: total ${loss.toFixed(3)}, noisy loss ${noisyLoss.toFixed(3)}, clear loss ${clearLoss.toFixed(4)}, ` +
              `sigma noisy ${weighting.sigmas().noisy.toFixed(3)}, clear ${weighting.sigmas().clear.toFixed(3)}`,
          );
        }
      },
    },
  },
);
console.log(
  `noise left by a straight line: noisy ${residual(noisyTargets).toFixed(3)}, clear ${residual(clearTargets).toFixed(3)}`,
);
mtl.dispose();

/** The standard deviation of what least squares leaves over. */
function residual(targets) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [pointMean, targetMean] = [mean(points), mean(targets)];
  const slope =
    mean(points.map((x, i) => (x - pointMean) * (targets[i] - targetMean))) /
    mean(points.map((x) => (x - pointMean) ** 2));
  return Math.sqrt(mean(points.map((x, i) => (targets[i] - targetMean - slope * (x - pointMean)) ** 2)));
}

/** Park and Miller's generator, and Box and Muller's way from it to a normal distribution. */
function randomNumbers(seed) {
  let state = seed;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}
